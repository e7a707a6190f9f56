/*
 * table_scan.c
 *		The rows of a table, from its access method to a source; see table_scan.h.
 */
#include "source/table_scan.h"

#include "access/tableam.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "source/hand_on.h"

void
eqp_table_scan(EqpSource *source, Relation relation, TableScanDesc scan, const int *columns, int natts)
{
	TupleTableSlot *slot = table_slot_create(relation, NULL);
	Datum	   *values = slot->tts_values;
	bool	   *nulls = slot->tts_isnull;
	bool		moved = false;
	EqpMemoryWatch watch = {0};
	int			last = 0;

	for (int i = 0; i < natts; i++)
	{
		moved = moved || columns[i] != i;
		last = Max(last, columns[i] + 1);
	}
	if (moved)
	{
		values = palloc(natts * sizeof(Datum));
		nulls = palloc(natts * sizeof(bool));
	}
	source->values = values;
	source->nulls = nulls;
	while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		CHECK_FOR_INTERRUPTS();
		slot_getsomeattrs(slot, last);
		if (moved)
			for (int i = 0; i < natts; i++)
			{
				values[i] = slot->tts_values[columns[i]];
				nulls[i] = slot->tts_isnull[columns[i]];
			}
		eqp_source_hand_on(source, &watch);
	}
	if (moved)
	{
		pfree(values);
		pfree(nulls);
	}
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
}
