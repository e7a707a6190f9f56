#!/usr/bin/env Rscript
# Write survival_sessions.csv, survival.csv, survival_competing.csv, survival_entered.csv and survival_forecast.csv, read by test/pgtap/completion_survival.sql:
# a synthetic register of sessions, and what R's survival package makes of it.
#
#     Rscript make_survival_values.R          (Debian: r-cran-survival)
#
# survfit() gives the curves (conf.type "log-log"): of two states with Greenwood's error, those cancelled censored, and
# of three, Surv(time, factor), Aalen and Johansen's with the infinitesimal-jackknife error; delays so far, censoring, conditional
# probabilities and the days on which a share of the plan is reached are worked out here, session by session
# and day by day. An empty field is NA or NaN. Column source names the versions.
suppressPackageStartupMessages(library(survival))

source <- sprintf("survival::survfit %s, R %s", packageVersion("survival"), getRversion())
number <- function(x) ifelse(is.finite(x), sprintf("%.17g", x), "")
day <- function(x) ifelse(is.na(x), "", format(x))
start <- as.Date("2023-09-01")

# --- the register: delays with many ties, some early, some sessions never held, a few cancelled on a known day -------

set.seed(1958)
n <- 400
zone <- sample(c("inner", "outer", "rim"), n, replace = TRUE, prob = c(0.5, 0.4, 0.1))
planned_on <- start + sample(0:270, n, replace = TRUE)
delay <- round(rgeom(n, ifelse(zone == "inner", 0.12, 0.05)) - 4)
# in the rim everything is held sooner or later, elsewhere one in seven never is
held_on <- planned_on + ifelse(zone != "rim" & runif(n) < 1 / 7, NA, delay)
cancelled_on <- planned_on + ifelse(runif(n) < 0.08, sample(-10:20, n, replace = TRUE), NA)
sessions <- data.frame(zone, planned_on, held_on, cancelled_on)

write.table(with(sessions, data.frame(zone, planned_on = day(planned_on), held_on = day(held_on), cancelled_on = day(cancelled_on))),
	"survival_sessions.csv", sep = ",", row.names = FALSE, quote = FALSE)

# --- as it was known on a day ----------------------------------------------------------------------------------------

known <- function(as_of, group) {
	s <- if (group == "all") sessions else sessions[sessions$zone == group, ]
	held <- !is.na(s$held_on) & s$held_on <= as_of
	off <- !held & !is.na(s$cancelled_on) & s$cancelled_on <= as_of
	last <- ifelse(held, s$held_on, ifelse(off, s$cancelled_on, as_of))
	data.frame(planned_on = s$planned_on, held_on = s$held_on, held, off, time = last - as.numeric(s$planned_on))
}

days <- as.Date(c("2023-09-20", "2023-12-15", "2024-03-01", "2024-06-30", "2025-06-30"))
curves <- NULL
competing <- NULL
entered <- NULL
forecasts <- NULL
for (as_of in as.list(days)) for (group in c("inner", "outer", "rim", "all")) {
	k <- known(as_of, group)
	# late entries: seen from some days before the plan on, or from the beginning
	late <- k$planned_on + (seq_len(nrow(k)) %% 9 - 12)
	seen <- late < ifelse(k$held, k$held_on, as.numeric(k$planned_on) + k$time)
	late_fit <- survfit(Surv(as.numeric(late - k$planned_on)[seen], k$time[seen], k$held[seen]) ~ 1, conf.type = "log-log")
	event <- late_fit$n.event > 0
	entered <- rbind(entered, data.frame(as_of = format(as_of), subgroup = group, day = late_fit$time[event], at_risk = late_fit$n.risk[event],
		held = late_fit$n.event[event], share_held = number(1 - late_fit$surv[event]), std_error = number((late_fit$surv * late_fit$std.err)[event]),
		ci_lower = number(1 - late_fit$upper[event]), ci_upper = number(1 - late_fit$lower[event]), source))

	for (confidence in c(0.95, 0.8)) {
		fit <- survfit(Surv(time, held) ~ 1, data = k, conf.type = "log-log", conf.int = confidence)
		s <- summary(fit, censored = TRUE)
		event <- s$n.event > 0
		# censored from this step to the day before the next
		step <- cumsum(event)
		censored <- as.vector(tapply(c(s$n.censor, rep(0, sum(event))), c(step, seq_len(sum(event))), sum)[as.character(seq_len(sum(event)))])
		curves <- rbind(curves, data.frame(as_of = format(as_of), subgroup = group, confidence, day = s$time[event],
			at_risk = s$n.risk[event], held = s$n.event[event], censored, share_held = number(1 - s$surv[event]),
			std_error = number(s$std.err[event]), ci_lower = number(1 - s$upper[event]), ci_upper = number(1 - s$lower[event]), source))
	}

	k$end <- factor(ifelse(k$held, "held", ifelse(k$off, "cancelled", "open")), c("open", "held", "cancelled"))
	for (confidence in c(0.95, 0.8)) {
		three <- survfit(Surv(time, end) ~ 1, data = k, conf.type = "log-log", conf.int = confidence)
		column <- function(m, state) m[, match(state, three$states)]
		event <- column(three$n.event, "held") + column(three$n.event, "cancelled") > 0
		competing <- rbind(competing, data.frame(as_of = format(as_of), subgroup = group, confidence, day = three$time[event],
			at_risk = column(three$n.risk, "(s0)")[event], held = column(three$n.event, "held")[event],
			cancelled = column(three$n.event, "cancelled")[event], share_held = number(column(three$pstate, "held")[event]),
			std_error = number(column(three$std.err, "held")[event]), ci_lower = number(column(three$lower, "held")[event]),
			ci_upper = number(column(three$upper, "held")[event]), share_cancelled = number(column(three$pstate, "cancelled")[event]), source))
	}
	curve <- function(state, start) stepfun(three$time, c(start, column(three$pstate, state)))
	survival_at <- curve("(s0)", 1)
	held_at <- curve("held", 0)
	lost_at <- curve("cancelled", 0)
	open <- k[!k$held & !k$off, ]
	age <- as.numeric(as_of - open$planned_on)
	chance <- function(until) sum((held_at(pmax(until, age)) - held_at(age)) / survival_at(age))
	chance_lost <- sum((lost_at(1e9) - lost_at(age)) / survival_at(age))
	goal <- sum(k$held) + nrow(open)
	reached <- function(share) {
		done <- sort(k$held_on[k$held])
		needed <- ceiling(round(share * goal, 6))
		if (length(done) >= needed) return(done[needed])
		for (ahead in 1:1000) if (length(done) + chance(age + ahead) >= share * goal - 1e-9) return(as_of + ahead)
		as.Date(NA)
	}
	for (grace in c(0, 7, 30))
		forecasts <- rbind(forecasts, data.frame(as_of = format(as_of), subgroup = group, grace_days = grace, planned = nrow(k),
			completed = sum(k$held), open = nrow(open),
			expected_by_deadline = number(sum(k$held & k$time <= grace) + chance(rep(grace, nrow(open)))),
			expected_total = number(sum(k$held) + chance(rep(1e9, nrow(open)))),
			expected_cancelled = number(sum(k$off) + chance_lost), expected_open = number(sum(survival_at(1e9) / survival_at(age))),
			reached_50_on = day(reached(0.5)), reached_80_on = day(reached(0.8)), reached_90_on = day(reached(0.9)),
			reached_100_on = day(reached(1)), source))
}

write.table(curves, "survival.csv", sep = ",", row.names = FALSE, quote = ncol(curves))
write.table(entered, "survival_entered.csv", sep = ",", row.names = FALSE, quote = ncol(entered))
write.table(competing, "survival_competing.csv", sep = ",", row.names = FALSE, quote = ncol(competing))
write.table(forecasts, "survival_forecast.csv", sep = ",", row.names = FALSE, quote = ncol(forecasts))
