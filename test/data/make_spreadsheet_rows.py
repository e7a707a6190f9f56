"""Texts as spreadsheets write them, and their rows as Python's csv module reads them.

Writes spreadsheet_rows.csv, which test/pgtap/spreadsheet.sql reads:
    python3 make_spreadsheet_rows.py > spreadsheet_rows.csv
"""
import csv
import io
import json
import random
import sys

random.seed(20231105)
CELLS = ["", " ", "a", "Ba Vì", "0101", "1.234,56", 'he said "no"', "x;y", "x,y", "two\nlines", "tab\there", "|", "'", '"', "31/05/2023", "  b "]


def text(delimiter, end):
    """A text, its cells in quotation marks where they must be and at random elsewhere."""
    rows = []
    for _ in range(random.randrange(1, 6)):
        cells = []
        for _ in range(random.randrange(1, 5)):
            cell = random.choice(CELLS)
            if random.random() < 0.3 or any(c in cell for c in '"\n' + delimiter):
                cell = '"' + cell.replace('"', '""') + '"'
                # what stands behind the closing mark belongs to the cell
                cell += random.choice(["", "", "", " ", "z"])
            cells.append(cell)
        rows.append(delimiter.join(cells))
    return end.join(rows) + random.choice(["", end])


def main():
    out = csv.writer(sys.stdout, lineterminator="\n", quoting=csv.QUOTE_ALL)
    out.writerow(["content", "delimiter", "rows"])
    for _ in range(600):
        delimiter = random.choice(";,\t|")
        end = random.choice(["\n", "\r\n", "\r"])
        content = text(delimiter, end)
        rows = [row for row in csv.reader(io.StringIO(content, newline=""), delimiter=delimiter) if "".join(row).strip()]
        out.writerow([content, delimiter, json.dumps(rows, ensure_ascii=False)])


main()
