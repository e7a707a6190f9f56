-- What users call stays: the functions and aggregates with the types of their arguments.
-- A line that goes or changes here breaks queries and views of users.  What stands on a released
-- function has to live on: DEVELOPING.md, "Releases and upgrades", says how.
BEGIN;
SELECT plan(2);

CREATE TEMP TABLE promised (signature text);
INSERT INTO promised VALUES
    ('assert_at_least(double precision,double precision,text)'),
    ('assert_at_least(rate,double precision,text)'),
    ('assert_at_least(text,double precision,text)'),
    ('assert_at_most(double precision,double precision,text)'),
    ('assert_at_most(rate,double precision,text)'),
    ('assert_at_most(text,double precision,text)'),
    ('completion_comparison(text,text[],text,date,integer,text[])'),
    ('completion_curve(text,text[],date,date,interval,text,boolean,integer,text[])'),
    ('completion_delays(text,text[],date,integer,integer,double precision,text[])'),
    ('completion_forecast(text,text[],date,text,integer,integer,text[])'),
    ('completion_issues(text,text[],date,text[])'),
    ('completion_items(text,text[],date,integer,text[])'),
    ('completion_rates(text,text[],date,text,integer,boolean,integer,double precision,text[])'),
    ('completion_survival(text,text[],date,integer,double precision,text,text[])'),
    ('dates(school_year,integer)'),
    ('create_twinning_schema(text,boolean)'),
    ('denominator(rate)'),
    ('distribution_measures(gap_sample,text,text,double precision,double precision[],double precision[],double precision[])'),
    ('equipair_functions()'),
    ('first_day(school_year,integer)'),
    ('gap_agg(double precision,bigint)'),
    ('gap_agg(double precision,bigint,double precision)'),
    ('gap_agg(double precision,boolean)'),
    ('gap_agg(double precision,boolean,double precision)'),
    ('gap_agg(double precision,text)'),
    ('gap_agg(double precision,text,double precision)'),
    ('gap_agg_moments(double precision,double precision,bigint,text)'),
    ('gap_cluster_agg(gap_summary)'),
    ('gap_cluster_measures(gap_summary[],text,text,double precision)'),
    ('gap_groups(gap_summary)'),
    ('gap_indices(text,text[],text,text,text,boolean,integer,double precision,text,text,text[])'),
    ('gap_measures(gap_summary,text,text,double precision)'),
    ('gap_merge(gap_summary)'),
    ('gap_sample_agg(double precision,bigint)'),
    ('gap_sample_agg(double precision,bigint,double precision)'),
    ('gap_sample_agg(double precision,boolean)'),
    ('gap_sample_agg(double precision,boolean,double precision)'),
    ('gap_sample_agg(double precision,text)'),
    ('gap_sample_agg(double precision,text,double precision)'),
    ('gap_sample_merge(gap_sample)'),
    ('gap_trend(text,text[],text,text,text,text,integer,double precision,text,text,text[])'),
    ('generate_series(school_year,school_year,integer)'),
    ('hedges_g(gap_summary,text,text)'),
    ('entropy_decomposition(gap_sample,double precision,double precision)'),
    ('inequality_indices(text,text,text[],boolean,double precision,double precision,integer,integer,double precision,double precision,text,text[])'),
    ('inequality_measures(gap_summary,text,text[],boolean,double precision,double precision,integer,integer,double precision,double precision,text)'),
    ('kitagawa(text,text,text,text,text,integer,double precision,text[])'),
    ('last_day(school_year,integer)'),
    ('max(rate)'),
    ('max(school_year)'),
    ('mean_gap(gap_summary,text,text)'),
    ('min(rate)'),
    ('min(school_year)'),
    ('numerator(rate)'),
    ('oaxaca_blinder(text,text,text[],text,text,text,text,integer,double precision,text[])'),
    ('outcome_issues(text,text[],text,text,text[])'),
    ('pairing_coverage(text,text,text[],date,text,integer,date,text,boolean,integer,double precision,text[])'),
    ('pairing_degrees(text,text,text[],date,text,date,text[])'),
    ('pairing_flows(text,text,text[],date,integer,text[])'),
    ('pairing_items(text,text,date,text,date,text[])'),
    ('pairing_issues(text,text,text,text[])'),
    ('pairing_network(text,text,date,text[])'),
    ('pairing_partners(text,text,date,text,text[])'),
    ('pairing_timeline(text,text,text[],date,date,interval,boolean,integer,text[],text[])'),
    ('parity_index(gap_summary,text,text)'),
    ('percent(rate,integer)'),
    ('progress_bar(double precision,integer)'),
    ('progress_bar(rate,integer)'),
    ('progress_bar(text,integer)'),
    ('rate(numeric,numeric)'),
    ('rate_adjusted_parity_index(rate,rate,double precision,text)'),
    ('rate_agg(bigint,bigint)'),
    ('rate_agg(boolean)'),
    ('rate_ci(rate,double precision,text)'),
    ('rate_difference(rate,rate,double precision,text)'),
    ('rate_parity_index(rate,rate,double precision,text)'),
    ('rate_ratio(rate,rate,double precision,text)'),
    ('rate_to_float8(rate)'),
    ('rate_to_numeric(rate)'),
    ('school_year(date,integer)'),
    ('school_year(integer)'),
    ('school_year(timestamp with time zone,integer)'),
    ('school_year(timestamp without time zone,integer)'),
    ('segregation_change(text,text[],text,integer,text[])'),
    ('segregation_indices(text,text[],text,text,integer,double precision,integer,integer,text[])'),
    ('segregation_local(text,text[],integer,text[])'),
    ('sparkline(double precision[])'),
    ('spreadsheet_boolean(text)'),
    ('spreadsheet_date(text,text)'),
    ('spreadsheet_number(text,text)'),
    ('spreadsheet_rows(text,text)'),
    ('start_year(school_year)'),
    ('suggest_pairings(text,text,text,date,double precision,text,text[])'),
    ('sum(rate)'),
    ('theil_decomposition(gap_summary,double precision)'),
    ('twinning_schema_issues(text)'),
    ('twinning_schema_version(text)'),
    ('twinning_script(boolean)');

CREATE TEMP VIEW member AS
SELECT p.proname, p.oid::regprocedure::text AS signature
  FROM pg_proc p
       JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
       JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid
 WHERE e.extname = 'equipair';

SELECT is_empty(
    $$SELECT signature FROM promised EXCEPT SELECT signature FROM member$$,
    'every function that users call is there');
SELECT is_empty(
    $$SELECT signature FROM member WHERE proname IN (SELECT name FROM equipair_functions())
      EXCEPT SELECT signature FROM promised$$,
    'every function that users call is in the list');

SELECT * FROM finish();
ROLLBACK;
