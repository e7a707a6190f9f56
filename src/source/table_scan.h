/*
 * table_scan.h
 *		The rows of a table, from its access method to the callback of a source.
 */
#ifndef EQP_TABLE_SCAN_H
#define EQP_TABLE_SCAN_H

#include "source/source.h"

#include "access/relscan.h"

/*
 * Hands the rows of a scan, which it ends, to the callback.  columns says which
 * natts columns of the table, from 0, make a row.
 */
extern void eqp_table_scan(EqpSource *source, Relation relation, TableScanDesc scan, const int *columns, int natts);

#endif							/* EQP_TABLE_SCAN_H */
