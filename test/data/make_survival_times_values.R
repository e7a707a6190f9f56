#!/usr/bin/env Rscript
# Write survival_times.csv, read by test/pgtap/completion_delays.sql: medians and restricted means of the sessions of
# survival_sessions.csv and of the small cases of comparison_sessions.csv, by R's survival package.
#
#     Rscript make_survival_times_values.R          (Debian: r-cran-survival)
#
# summary(survfit(conf.type = "log-log"), rmean = horizon)$table has both; horizon is empty where it is the last day
# seen. An error of 0 and an empty field are NA. Column source names the versions.
suppressPackageStartupMessages(library(survival))

source <- sprintf("survival::survfit %s, R %s", packageVersion("survival"), getRversion())
number <- function(x) ifelse(is.finite(x), sprintf("%.17g", x), "")

times <- function(name, as_of, grp, delay, held) do.call(rbind, lapply(c(0.95, 0.8), function(confidence) {
	fit <- survfit(Surv(delay, held) ~ 1, conf.type = "log-log", conf.int = confidence)
	last <- max(delay)
	# R wants a horizon no earlier than the first day
	first <- min(delay)
	horizons <- unique(c(last, if (last > 3 && first <= 3) 3, if (last > -1 && first <= -1) -1, if (last > 20) 20, if (min(fit$surv) == 0) last + 30))
	do.call(rbind, lapply(horizons, function(horizon) {
		t <- summary(fit, rmean = horizon)$table
		data.frame(name, as_of, grp, confidence, sessions = t["records"], held = t["events"], median = number(t["median"]),
			median_lower = number(t[8]), median_upper = number(t[9]), last_day = last, horizon, mean = number(t["rmean"]),
			std_error = number(ifelse(t["se(rmean)"] > 0, t["se(rmean)"], NA)), source)
	}))
}))
groups <- function(name, as_of, k) do.call(rbind, lapply(split(k, k$grp), function(g) times(name, as_of, g$grp[1], g$delay, g$held)))

cases <- read.csv("comparison_sessions.csv")
values <- do.call(rbind, lapply(split(cases, cases$name), function(k) groups(k$name[1], "", k)))

sessions <- read.csv("survival_sessions.csv")
sessions[-1] <- lapply(sessions[-1], as.Date)
for (as_of in as.list(as.Date(c("2023-09-20", "2023-12-15", "2024-03-01", "2024-06-30", "2025-06-30")))) {
	held <- !is.na(sessions$held_on) & sessions$held_on <= as_of
	off <- !held & !is.na(sessions$cancelled_on) & sessions$cancelled_on <= as_of
	last <- as.Date(ifelse(held, sessions$held_on, ifelse(off, sessions$cancelled_on, as_of)), origin = "1970-01-01")
	k <- data.frame(grp = sessions$zone, delay = as.numeric(last - sessions$planned_on), held = as.numeric(held))
	values <- rbind(values, groups("register", format(as_of), k))
}
write.table(values, "survival_times.csv", sep = ",", row.names = FALSE, quote = ncol(values))
