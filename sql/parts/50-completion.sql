-- Completion: what was planned against what was done.

CREATE TYPE completion_rates_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  as_of date,
  suppressed boolean,
  held bigint,
  planned bigint,
  completed bigint,
  on_time bigint,
  late bigint,
  overdue bigint,
  upcoming bigint,
  cancelled bigint,
  unplanned bigint,
  completion_rate float8,
  ci_lower float8,
  ci_upper float8,
  due bigint,
  due_completion_rate float8,
  on_time_rate float8,
  target bigint,
  target_rate float8,
  target_met_rate float8,
  subgroups_on_target bigint,
  subgroups bigint,
  mean_delay_days float8,
  median_delay_days float8,
  method text
);
COMMENT ON TYPE completion_rates_row IS 'a subgroup of sessions on a day, by completion_rates';
COMMENT ON COLUMN completion_rates_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN completion_rates_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN completion_rates_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN completion_rates_row.as_of IS 'Day that the row describes';
COMMENT ON COLUMN completion_rates_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN completion_rates_row.held IS 'Sessions held by the day: completed + unplanned';
COMMENT ON COLUMN completion_rates_row.planned IS
  'Sessions with a planned day: completed + overdue + upcoming + cancelled';
COMMENT ON COLUMN completion_rates_row.completed IS 'Planned sessions held by the day: on_time + late';
COMMENT ON COLUMN completion_rates_row.on_time IS 'Planned sessions held by their deadline';
COMMENT ON COLUMN completion_rates_row.late IS
  'Planned sessions that were held, but after their deadline; what is late and still open is overdue';
COMMENT ON COLUMN completion_rates_row.overdue IS
  'Planned sessions neither held nor cancelled, whose deadline is before the day';
COMMENT ON COLUMN completion_rates_row.upcoming IS
  'Planned sessions neither held nor cancelled, whose deadline is still to come';
COMMENT ON COLUMN completion_rates_row.cancelled IS 'Planned sessions cancelled by the day';
COMMENT ON COLUMN completion_rates_row.unplanned IS 'Sessions held by the day that have no planned day';
COMMENT ON COLUMN completion_rates_row.completion_rate IS
  'completed / planned, of the whole plan with what is not due yet; NULL where nothing is planned';
COMMENT ON COLUMN completion_rates_row.ci_lower IS
  'Lower limit of completion_rate by Wilson; NULL without the parameter confidence';
COMMENT ON COLUMN completion_rates_row.ci_upper IS
  'Upper limit of completion_rate by Wilson; NULL without the parameter confidence';
COMMENT ON COLUMN completion_rates_row.due IS
  'Planned sessions not cancelled whose deadline is before the day';
COMMENT ON COLUMN completion_rates_row.due_completion_rate IS
  'Completed sessions among those due / due; NULL where none is due';
COMMENT ON COLUMN completion_rates_row.on_time_rate IS
  'on_time / completed, of what was held and not of what was due; NULL where none is completed';
COMMENT ON COLUMN completion_rates_row.target IS
  'Target from the plan as of the day; NULL without a plan, and where the plan does not name the subgroup then';
COMMENT ON COLUMN completion_rates_row.target_rate IS
  'held / target, which may exceed 1, also where some subgroups of a total are short of theirs; NULL where target is NULL or 0';
COMMENT ON COLUMN completion_rates_row.target_met_rate IS
  'Sum of held, of each subgroup no more than its target, / target: from 0 to 1, and 1 only where every subgroup reached its own; NULL where target is NULL or 0, and where a part is withheld';
COMMENT ON COLUMN completion_rates_row.subgroups_on_target IS
  'Subgroups with a target that have held as many or more; NULL where target is, and where a part is withheld';
COMMENT ON COLUMN completion_rates_row.subgroups IS
  'Subgroups with a target that the row adds up; NULL where target is, and where a part is withheld';
COMMENT ON COLUMN completion_rates_row.mean_delay_days IS
  'Mean of held_on - planned_on over the completed, in days; negative is early; NULL without any';
COMMENT ON COLUMN completion_rates_row.median_delay_days IS
  'Median of held_on - planned_on over the completed, in days; NULL without any';
COMMENT ON COLUMN completion_rates_row.method IS
  'How the counts are rounded, each for itself, so that parts need not add up to their total; NULL where they are exact';

CREATE FUNCTION completion_rates(
  sessions text,
  by text[] DEFAULT '{}',
  as_of date DEFAULT CURRENT_DATE,
  plan text DEFAULT NULL,
  grace_days int DEFAULT 0,
  rollup boolean DEFAULT false,
  min_n int DEFAULT 0,
  confidence float8 DEFAULT NULL,
  round_to int DEFAULT 0,
  params text[] DEFAULT '{}')
  RETURNS SETOF completion_rates_row
  AS 'MODULE_PATHNAME', 'eqp_completion_rates'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION completion_rates(text, text[], date, text, int, boolean, int, float8, int, text[]) IS
  'Sessions planned, completed, on time, late, overdue, upcoming and cancelled on a day by subgroup, with rates, delays and the share of a target';

CREATE TYPE completion_figures_row AS (
  as_of date,
  grace_days int,
  held bigint,
  planned bigint,
  completed bigint,
  on_time bigint,
  late bigint,
  overdue bigint,
  upcoming bigint,
  cancelled bigint,
  unplanned bigint,
  completion_rate float8,
  ci_lower float8,
  ci_upper float8,
  due bigint,
  due_completion_rate float8,
  on_time_rate float8,
  mean_delay_days float8,
  median_delay_days float8
);
COMMENT ON TYPE completion_figures_row IS 'the figures of a summary of sessions, by completion_figures';
COMMENT ON COLUMN completion_figures_row.as_of IS 'Day that the summary describes';
COMMENT ON COLUMN completion_figures_row.grace_days IS 'Days after the plan that the summary counts as on time';
COMMENT ON COLUMN completion_figures_row.held IS 'Sessions held by the day: completed + unplanned';
COMMENT ON COLUMN completion_figures_row.planned IS
  'Sessions with a planned day: completed + overdue + upcoming + cancelled';
COMMENT ON COLUMN completion_figures_row.completed IS 'Planned sessions held by the day: on_time + late';
COMMENT ON COLUMN completion_figures_row.on_time IS 'Planned sessions held by their deadline';
COMMENT ON COLUMN completion_figures_row.late IS
  'Planned sessions that were held, but after their deadline; what is late and still open is overdue';
COMMENT ON COLUMN completion_figures_row.overdue IS
  'Planned sessions neither held nor cancelled, whose deadline is before the day';
COMMENT ON COLUMN completion_figures_row.upcoming IS
  'Planned sessions neither held nor cancelled, whose deadline is still to come';
COMMENT ON COLUMN completion_figures_row.cancelled IS 'Planned sessions cancelled by the day';
COMMENT ON COLUMN completion_figures_row.unplanned IS 'Sessions held by the day that have no planned day';
COMMENT ON COLUMN completion_figures_row.completion_rate IS
  'completed / planned, of the whole plan with what is not due yet; NULL where nothing is planned';
COMMENT ON COLUMN completion_figures_row.ci_lower IS
  'Lower limit of completion_rate by Wilson; NULL without the parameter confidence';
COMMENT ON COLUMN completion_figures_row.ci_upper IS
  'Upper limit of completion_rate by Wilson; NULL without the parameter confidence';
COMMENT ON COLUMN completion_figures_row.due IS 'Planned sessions not cancelled whose deadline is before the day';
COMMENT ON COLUMN completion_figures_row.due_completion_rate IS
  'Completed sessions among those due / due; NULL where none is due';
COMMENT ON COLUMN completion_figures_row.on_time_rate IS
  'on_time / completed, of what was held and not of what was due; NULL where none is completed';
COMMENT ON COLUMN completion_figures_row.mean_delay_days IS
  'Mean of held_on - planned_on over the completed, in days; negative is early; NULL without any';
COMMENT ON COLUMN completion_figures_row.median_delay_days IS
  'Median of held_on - planned_on over the completed, in days; NULL without any';

CREATE FUNCTION completion_figures(summary completion_summary, confidence float8 DEFAULT NULL)
  RETURNS completion_figures_row
  LANGUAGE C IMMUTABLE PARALLEL SAFE
  AS 'MODULE_PATHNAME', 'eqp_completion_figures';
COMMENT ON FUNCTION completion_figures(completion_summary, float8) IS
  'the figures of completion_rates from a summary of sessions: counts, rates and delays';

CREATE TYPE completion_items_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  as_of date,
  item text,
  planned_on date,
  held_on date,
  deadline date,
  status text,
  delay_days int,
  details jsonb
);
COMMENT ON TYPE completion_items_row IS
  'a session that completion_rates counts, by completion_items';
COMMENT ON COLUMN completion_items_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all without any';
COMMENT ON COLUMN completion_items_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all without any';
COMMENT ON COLUMN completion_items_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN completion_items_row.as_of IS 'Day that the row describes';
COMMENT ON COLUMN completion_items_row.item IS
  'The id of the session as text; NULL where the source has no column id';
COMMENT ON COLUMN completion_items_row.planned_on IS 'Day it is planned for; NULL where it is unplanned';
COMMENT ON COLUMN completion_items_row.held_on IS
  'Day it was held, as the source has it: after as_of, it does not count as held yet';
COMMENT ON COLUMN completion_items_row.deadline IS
  'planned_on + grace_days; NULL where it is unplanned, and past the last date there is';
COMMENT ON COLUMN completion_items_row.status IS
  'The column of completion_rates that counts it: on_time, late, overdue, upcoming, cancelled or unplanned';
COMMENT ON COLUMN completion_items_row.delay_days IS
  'on_time and late: held_on - planned_on, negative is early; overdue: as_of - planned_on; else NULL';
COMMENT ON COLUMN completion_items_row.details IS
  'All other columns of the source by their names, except the grouping columns';

CREATE FUNCTION completion_items(
  sessions text,
  by text[] DEFAULT '{}',
  as_of date DEFAULT CURRENT_DATE,
  grace_days int DEFAULT 0,
  params text[] DEFAULT '{}')
  RETURNS SETOF completion_items_row
  AS 'MODULE_PATHNAME', 'eqp_completion_items'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 10000 COST 10000;
COMMENT ON FUNCTION completion_items(text, text[], date, int, text[]) IS
  'The sessions behind the counts of completion_rates, one row each, with status, deadline and delay on a day, and all else that the source knows of them';

CREATE TYPE completion_survival_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  as_of date,
  suppressed boolean,
  day int,
  at_risk bigint,
  held bigint,
  cancelled bigint,
  censored bigint,
  share_held float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  share_cancelled float8,
  share_open float8,
  smallest_at_risk bigint,
  method text
);
COMMENT ON TYPE completion_survival_row IS
  'a day of the curve of sessions held and cancelled so far, by completion_survival';
COMMENT ON COLUMN completion_survival_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN completion_survival_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN completion_survival_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN completion_survival_row.as_of IS 'Day that the row describes';
COMMENT ON COLUMN completion_survival_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN completion_survival_row.day IS
  'Days from planned_on to held_on or cancelled_on; negative is early; NULL where nothing has ended yet or the curve is withheld';
COMMENT ON COLUMN completion_survival_row.at_risk IS
  'Sessions neither held nor cancelled nor lost from sight before that many days';
COMMENT ON COLUMN completion_survival_row.held IS 'Sessions held after just so many days';
COMMENT ON COLUMN completion_survival_row.cancelled IS
  'Sessions cancelled after just so many days; NULL where cancelled ones are censored';
COMMENT ON COLUMN completion_survival_row.censored IS
  'Sessions lost from sight from this day until before the next row';
COMMENT ON COLUMN completion_survival_row.share_held IS
  'Estimated share of the planned sessions held within so many days, from 0 to 1; NULL where day is';
COMMENT ON COLUMN completion_survival_row.std_error IS
  'Standard error of share_held by the infinitesimal jackknife, which is Greenwood''s where nothing is cancelled; NULL where share_held is 0, 1 or NULL';
COMMENT ON COLUMN completion_survival_row.ci_lower IS
  'Lower limit of share_held, on the scale of log(-log); NULL where share_held is 0, 1 or NULL';
COMMENT ON COLUMN completion_survival_row.ci_upper IS
  'Upper limit of share_held, on the scale of log(-log); NULL where share_held is 0, 1 or NULL';
COMMENT ON COLUMN completion_survival_row.share_cancelled IS
  'Estimated share of the planned sessions cancelled within so many days, from 0 to 1; NULL where day is, and where cancelled ones are censored';

COMMENT ON COLUMN completion_survival_row.share_open IS
  'Estimated share of the planned sessions neither held nor cancelled within so many days; NULL where day is';
COMMENT ON COLUMN completion_survival_row.smallest_at_risk IS
  'Fewest sessions at risk on a row so far: where it is small, all that follows rests on few';
COMMENT ON COLUMN completion_survival_row.method IS
  'Estimate and scale of the interval of share_held; NULL where there is none';

CREATE FUNCTION completion_survival(
  sessions text,
  by text[] DEFAULT '{}',
  as_of date DEFAULT CURRENT_DATE,
  min_n int DEFAULT 0,
  confidence float8 DEFAULT 0.95,
  cancelled text DEFAULT 'competing',
  params text[] DEFAULT '{}')
  RETURNS SETOF completion_survival_row
  AS 'MODULE_PATHNAME', 'eqp_completion_survival'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION completion_survival(text, text[], date, int, float8, text, text[]) IS
  'Shares of the planned sessions held and cancelled within so many days of the planned day, by subgroup: the Aalen-Johansen estimate, or Kaplan and Meier''s, with its standard error and interval';

CREATE TYPE completion_delays_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  as_of date,
  suppressed boolean,
  sessions bigint,
  held bigint,
  median_delay_days float8,
  median_ci_lower float8,
  median_ci_upper float8,
  last_day int,
  horizon int,
  restricted_mean_delay_days float8,
  std_error float8,
  ci_lower float8,
  ci_upper float8,
  method text
);
COMMENT ON TYPE completion_delays_row IS
  'how long the sessions of a subgroup take, open ones included, by completion_delays';
COMMENT ON COLUMN completion_delays_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN completion_delays_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN completion_delays_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN completion_delays_row.as_of IS 'Day that the row describes';
COMMENT ON COLUMN completion_delays_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN completion_delays_row.sessions IS
  'Planned sessions, without those cancelled on an unknown day';
COMMENT ON COLUMN completion_delays_row.held IS 'Those of them held by the day';
COMMENT ON COLUMN completion_delays_row.median_delay_days IS
  'Days from planned_on within which half of the sessions are held, by Kaplan and Meier; NULL where fewer than half are by last_day';
COMMENT ON COLUMN completion_delays_row.median_ci_lower IS
  'Lower limit of median_delay_days, on the scale of log(-log); NULL where the upper limit of the curve stays below half';
COMMENT ON COLUMN completion_delays_row.median_ci_upper IS
  'Upper limit of median_delay_days, on the scale of log(-log); NULL where the lower limit of the curve stays below half';
COMMENT ON COLUMN completion_delays_row.last_day IS
  'Most days from planned_on that a session was seen, held or not; NULL without sessions';
COMMENT ON COLUMN completion_delays_row.horizon IS
  'Days from planned_on up to which the mean counts: the parameter, else last_day';
COMMENT ON COLUMN completion_delays_row.restricted_mean_delay_days IS
  'Mean delay in days, a delay beyond the horizon counted as the horizon; NULL where sessions are still open at last_day and the horizon is later';
COMMENT ON COLUMN completion_delays_row.std_error IS
  'Standard error of restricted_mean_delay_days by Greenwood; NULL where no spread is seen before the horizon';
COMMENT ON COLUMN completion_delays_row.ci_lower IS
  'Lower limit of restricted_mean_delay_days, by the normal distribution; NULL where std_error is';
COMMENT ON COLUMN completion_delays_row.ci_upper IS
  'Upper limit of restricted_mean_delay_days, no more than horizon; NULL where std_error is';
COMMENT ON COLUMN completion_delays_row.method IS
  'How the figures were computed, or why there are none; NULL without sessions';

CREATE FUNCTION completion_delays(
  sessions text,
  by text[] DEFAULT '{}',
  as_of date DEFAULT CURRENT_DATE,
  horizon int DEFAULT NULL,
  min_n int DEFAULT 0,
  confidence float8 DEFAULT 0.95,
  params text[] DEFAULT '{}')
  RETURNS SETOF completion_delays_row
  AS 'MODULE_PATHNAME', 'eqp_completion_delays'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION completion_delays(text, text[], date, int, int, float8, text[]) IS
  'How long planned sessions take until they are held, open ones included, by subgroup: median and mean up to a horizon, with intervals';

CREATE TYPE completion_comparison_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  as_of date,
  suppressed boolean,
  grp text,
  sessions bigint,
  held bigint,
  expected float8,
  statistic float8,
  df int,
  p_value float8,
  method text
);
COMMENT ON TYPE completion_comparison_row IS
  'a group of a subgroup of sessions, and the test of all its groups, by completion_comparison';
COMMENT ON COLUMN completion_comparison_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN completion_comparison_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN completion_comparison_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN completion_comparison_row.as_of IS 'Day that the row describes';
COMMENT ON COLUMN completion_comparison_row.suppressed IS
  'Whether the figures are withheld since a group of the subgroup is a small cell (min_n); they are NULL then';
COMMENT ON COLUMN completion_comparison_row.grp IS
  'Label of the group; NULL for the sessions whose group is unknown, which no test counts';
COMMENT ON COLUMN completion_comparison_row.sessions IS
  'Planned sessions of the group, without those cancelled on an unknown day';
COMMENT ON COLUMN completion_comparison_row.held IS 'Those of them held by the day';
COMMENT ON COLUMN completion_comparison_row.expected IS
  'Those of them expected to be held if the groups of the subgroup did not differ; NULL for an unknown group';
COMMENT ON COLUMN completion_comparison_row.statistic IS
  'Log-rank statistic of all groups of the subgroup together; NULL where no two of them can be compared';
COMMENT ON COLUMN completion_comparison_row.df IS
  'Degrees of freedom of it: groups less sets of groups that are never at risk together; 0 where no two can be compared';
COMMENT ON COLUMN completion_comparison_row.p_value IS
  'P value of no difference between the groups, by chi-square; NULL where statistic is';
COMMENT ON COLUMN completion_comparison_row.method IS 'How the test was made; NULL where there is none';

CREATE FUNCTION completion_comparison(
  sessions text,
  by text[] DEFAULT '{}',
  group_column text DEFAULT 'zone',
  as_of date DEFAULT CURRENT_DATE,
  min_n int DEFAULT 0,
  params text[] DEFAULT '{}')
  RETURNS SETOF completion_comparison_row
  AS 'MODULE_PATHNAME', 'eqp_completion_comparison'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION completion_comparison(text, text[], text, date, int, text[]) IS
  'Whether groups of planned sessions differ in how soon they are held, by subgroup: the log-rank test, with the sessions held and expected of each group';

CREATE TYPE completion_forecast_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  as_of date,
  suppressed boolean,
  held bigint,
  planned bigint,
  completed bigint,
  cancelled bigint,
  open bigint,
  unplanned bigint,
  expected_by_deadline float8,
  expected_total float8,
  expected_cancelled float8,
  expected_open float8,
  target bigint,
  expected_target_rate float8,
  reached_50_on date,
  reached_80_on date,
  reached_90_on date,
  reached_100_on date,
  open_unknown bigint
);
COMMENT ON TYPE completion_forecast_row IS
  'what is expected of a subgroup of sessions, by completion_forecast';
COMMENT ON COLUMN completion_forecast_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN completion_forecast_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN completion_forecast_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN completion_forecast_row.as_of IS 'Day that the row describes';
COMMENT ON COLUMN completion_forecast_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN completion_forecast_row.held IS 'Sessions held by the day: completed + unplanned';
COMMENT ON COLUMN completion_forecast_row.planned IS
  'Sessions with a planned day: completed + open + cancelled';
COMMENT ON COLUMN completion_forecast_row.completed IS 'Planned sessions held by the day: on_time + late';
COMMENT ON COLUMN completion_forecast_row.cancelled IS 'Planned sessions cancelled by the day';
COMMENT ON COLUMN completion_forecast_row.open IS 'Planned sessions neither held nor cancelled by the day';
COMMENT ON COLUMN completion_forecast_row.unplanned IS 'Sessions held by the day that have no planned day';
COMMENT ON COLUMN completion_forecast_row.expected_by_deadline IS
  'Sessions expected to be held by their deadline, those already held so included';
COMMENT ON COLUMN completion_forecast_row.expected_total IS
  'Planned sessions expected to be held at all, those already held included';
COMMENT ON COLUMN completion_forecast_row.expected_cancelled IS
  'Planned sessions expected to be cancelled at all, those already cancelled included';
COMMENT ON COLUMN completion_forecast_row.expected_open IS
  'Planned sessions expected to be neither held nor cancelled, as far as the past tells: planned - expected_total - expected_cancelled';
COMMENT ON COLUMN completion_forecast_row.target IS
  'Target from the plan as of the day; NULL without a plan, and where the plan does not name the subgroup then';
COMMENT ON COLUMN completion_forecast_row.expected_target_rate IS
  '(expected_total + unplanned) / target; NULL where target is NULL or 0';
COMMENT ON COLUMN completion_forecast_row.reached_50_on IS
  'Day by which 50 % of the goal are held, past or expected; NULL where they never are';
COMMENT ON COLUMN completion_forecast_row.reached_80_on IS
  'Day by which 80 % of the goal are held, past or expected; NULL where they never are';
COMMENT ON COLUMN completion_forecast_row.reached_90_on IS
  'Day by which 90 % of the goal are held, past or expected; NULL where they never are';
COMMENT ON COLUMN completion_forecast_row.reached_100_on IS
  'Day by which 100 % of the goal are held, past or expected; NULL where they never are';

COMMENT ON COLUMN completion_forecast_row.open_unknown IS
  'Open ones of which the curve says nothing; where there are any, nothing is expected (NULL)';

CREATE FUNCTION completion_forecast(
  sessions text,
  by text[] DEFAULT '{}',
  as_of date DEFAULT CURRENT_DATE,
  plan text DEFAULT NULL,
  grace_days int DEFAULT 0,
  min_n int DEFAULT 0,
  params text[] DEFAULT '{}')
  RETURNS SETOF completion_forecast_row
  AS 'MODULE_PATHNAME', 'eqp_completion_forecast'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 100 COST 10000;
COMMENT ON FUNCTION completion_forecast(text, text[], date, text, int, int, text[]) IS
  'How many of the planned sessions are expected to be held, by their deadlines and at all, and the days by which 50, 80, 90 and 100 % of the plan are, by subgroup';

CREATE TYPE completion_curve_row AS (
  dimension text,
  subgroup text,
  subgroup_key jsonb,
  suppressed boolean,
  period_start date,
  planned_to_date bigint,
  held_to_date bigint,
  completed_to_date bigint,
  completion_rate float8,
  target bigint,
  target_rate float8,
  method text
);
COMMENT ON TYPE completion_curve_row IS
  'a subgroup of sessions up to the first day of a period, by completion_curve';
COMMENT ON COLUMN completion_curve_row.dimension IS
  'Grouping columns of the row, joined by '' / ''; all for the total';
COMMENT ON COLUMN completion_curve_row.subgroup IS
  'Values of the grouping columns, joined by '' / ''; unknown for NULL, all for the total';
COMMENT ON COLUMN completion_curve_row.subgroup_key IS
  'Values of the grouping columns as a JSON object, for joins and filters; JSON null for NULL';
COMMENT ON COLUMN completion_curve_row.suppressed IS
  'Whether the figures are withheld to protect a small cell (min_n); they are NULL then';
COMMENT ON COLUMN completion_curve_row.period_start IS
  'First day of the period; the figures are those of this day';
COMMENT ON COLUMN completion_curve_row.planned_to_date IS
  'Sessions planned for a day up to then, cancelled ones included';
COMMENT ON COLUMN completion_curve_row.held_to_date IS 'Sessions held by then';
COMMENT ON COLUMN completion_curve_row.completed_to_date IS
  'Sessions held by then that were planned, for whatever day';
COMMENT ON COLUMN completion_curve_row.completion_rate IS
  'completed_to_date / planned_to_date, which may exceed 1; NULL where nothing was planned by then';
COMMENT ON COLUMN completion_curve_row.target IS
  'Target from the plan as of the day; NULL without a plan, and where the plan does not name the subgroup then';
COMMENT ON COLUMN completion_curve_row.target_rate IS
  'held_to_date / target, which may exceed 1; NULL where target is NULL or 0';
COMMENT ON COLUMN completion_curve_row.method IS
  'How the counts are rounded, each for itself, so that parts need not add up to their total; NULL where they are exact';

CREATE FUNCTION completion_curve(
  sessions text,
  by text[] DEFAULT '{}',
  from_date date DEFAULT NULL,
  to_date date DEFAULT CURRENT_DATE,
  step interval DEFAULT '1 month',
  plan text DEFAULT NULL,
  rollup boolean DEFAULT false,
  min_n int DEFAULT 0,
  round_to int DEFAULT 0,
  params text[] DEFAULT '{}')
  RETURNS SETOF completion_curve_row
  AS 'MODULE_PATHNAME', 'eqp_completion_curve'
  SUPPORT source_support
  LANGUAGE C STABLE PARALLEL RESTRICTED ROWS 1000 COST 10000;
COMMENT ON FUNCTION completion_curve(text, text[], date, date, interval, text, boolean, int, int, text[]) IS
  'Sessions planned, held and completed up to each of a row of days by subgroup, as shares of what was planned by then and of a target: the burn-up curve';
