#!/usr/bin/env Rscript
# Write chi_square.csv, read by test/unit/test_log_rank.c, and comparison.csv and comparison_sessions.csv, read by
# test/pgtap/completion_comparison.sql: tails of chi-square, and what R's survival package makes of groups of sessions.
#
#     Rscript make_comparison_values.R          (Debian: r-cran-survival)
#
# survdiff() with rho = 0 is the log-rank test. The sessions are those of survival_sessions.csv, which
# make_survival_values.R writes, and small cases of a few sessions, one of them in the textbooks: delay is that of a
# session held, or so far. An empty field is NA. Column source names the versions.
suppressPackageStartupMessages(library(survival))

source <- sprintf("survival::survdiff %s, R %s", packageVersion("survival"), getRversion())
number <- function(x) ifelse(is.finite(x), sprintf("%.17g", x), "")

# --- tails of chi-square ---------------------------------------------------------------------------------------------

tails <- expand.grid(x = c(1e-6, 0.01, 0.5, 1, 3.841458820694124, 10, 42, 150, 700, 1400, 2100), df = c(1:8, 25, 100, 1001, 1600, 2001))
tails$upper <- pchisq(tails$x, tails$df, lower.tail = FALSE)
tails <- tails[tails$upper > 1e-290, ]
write.table(with(tails, data.frame(x = number(x), df, upper = number(upper), source = sprintf("R %s pchisq", getRversion()))),
	"chi_square.csv", sep = ",", row.names = FALSE, quote = 4)

# --- small cases -----------------------------------------------------------------------------------------------------

case <- function(name, grp, delay, held) data.frame(name, grp, delay, held)
set.seed(1966)
many <- sample(letters[1:12], 300, replace = TRUE)
cases <- rbind(
	# weeks in remission with 6-mercaptopurine and with placebo (Freireich et al., Blood 21, 1963)
	case("remission", rep(c("mercaptopurine", "placebo"), each = 21),
		c(6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35,
			1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23),
		c(1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, rep(1, 21))),
	# tied days, the last of them with everybody held
	case("ties", c("a", "a", "b", "b", "b", "c", "c"), c(-2, 3, -2, 3, 3, 3, 3), 1),
	# c was lost from sight before anything happened
	case("never at risk", c("a", "a", "a", "b", "b", "b", "c", "c"), c(2, 4, 6, 3, 3, 8, -1, 0), c(1, 1, 0, 1, 1, 1, 0, 0)),
	case("twelve groups", many, rgeom(300, 0.04 + 0.01 * (many == "a")) - 5, as.numeric(runif(300) < 0.7)))
write.table(cases, "comparison_sessions.csv", sep = ",", row.names = FALSE, quote = FALSE)

# --- the tests -------------------------------------------------------------------------------------------------------

test <- function(name, as_of, grp, delay, held) {
	fit <- survdiff(Surv(delay, held) ~ grp, rho = 0)
	data.frame(name, as_of, grp = sub("^grp=", "", names(fit$n)), sessions = as.vector(fit$n), held = fit$obs, expected = number(fit$exp),
		statistic = number(fit$chisq), df = sum(fit$exp > 0) - 1, p_value = number(fit$pvalue), source)
}
values <- do.call(rbind, lapply(split(cases, cases$name), function(k) test(k$name[1], "", k$grp, k$delay, k$held)))

sessions <- read.csv("survival_sessions.csv")
sessions[-1] <- lapply(sessions[-1], as.Date)
for (as_of in as.list(as.Date(c("2023-09-20", "2023-12-15", "2024-03-01", "2024-06-30", "2025-06-30")))) {
	held <- !is.na(sessions$held_on) & sessions$held_on <= as_of
	off <- !held & !is.na(sessions$cancelled_on) & sessions$cancelled_on <= as_of
	last <- as.Date(ifelse(held, sessions$held_on, ifelse(off, sessions$cancelled_on, as_of)), origin = "1970-01-01")
	values <- rbind(values, test("register", format(as_of), sessions$zone, as.numeric(last - sessions$planned_on), held))
}
write.table(values, "comparison.csv", sep = ",", row.names = FALSE, quote = ncol(values))
