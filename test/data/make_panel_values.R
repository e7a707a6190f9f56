#!/usr/bin/env Rscript
# Write panel_rows.csv and panel_values.csv, read by test/pgtap/gap_trend_panel.sql: units measured in two periods, and the
# change of the gap between their groups.
#
#     Rscript make_panel_values.R          (Debian: r-cran-clubsandwich, r-cran-survey)
#
# The error is clubSandwich's CR2 for the regression on the four cells with the units as clusters, that of the parity
# index by its gradient. The degrees of freedom are those of Satterthwaite: variance^2 over the trace of the squared
# covariance matrix of the units' parts, set up in full, group by group, with the variance of each cell and a covariance
# of S / K (no further than a correlation of 1). Where all units come again they are checked against t.test() on the
# changes, where none does against the formula for four means. clubSandwich has no such weights: there the formulas are
# written out a second time, and units with one weight in both periods are checked against Welch's test with weights.
# With clusters and strata the errors are those of clubSandwich and of svyglm and svycontrast; svyglm's degrees of freedom are
# those of the design less three, for four means. Column source names the versions.
suppressPackageStartupMessages({ library(clubSandwich); library(survey) })
options(survey.lonely.psu = "fail")

source <- sprintf("clubSandwich %s; survey %s; R %s", packageVersion("clubSandwich"), packageVersion("survey"), getRversion())
number <- function(x) ifelse(is.finite(x), sprintf("%.17g", x), "")
set.seed(19470)

# units of a group: n with both periods, then some with one; rho is the correlation of the two values of a unit
units <- function(group, both, first_only, last_only, rho, mean = c(7, 7.2), sd = c(1, 1)) {
	n <- both + first_only + last_only
	z <- matrix(rnorm(2 * n), n)
	z[, 2] <- rho * z[, 1] + sqrt(1 - rho^2) * z[, 2]
	y <- round(cbind(mean[1] + sd[1] * z[, 1], mean[2] + sd[2] * z[, 2]), 4)
	id <- paste0(substr(group, 1, 1), seq_len(n))
	rbind(data.frame(id, period = 1, zone = group, value = y[, 1])[seq_len(both + first_only), ],
		data.frame(id, period = 2, zone = group, value = y[, 2])[c(seq_len(both), both + first_only + seq_len(last_only)), ])
}
pair <- function(a, b, weight = NULL) {
	d <- rbind(a, b)
	d$weight <- 1
	d
}
rows <- list(
	complete = pair(units("inner", 12, 0, 0, .9), units("outer", 17, 0, 0, .8, c(6, 6.4))),
	complete_unlike = pair(units("inner", 9, 0, 0, .95, sd = c(2, .5)), units("outer", 30, 0, 0, .3, c(6, 6.4), c(.4, 3))),
	none = pair(units("inner", 0, 8, 11, 0), units("outer", 0, 14, 5, 0, c(6, 6.4), c(2, .7))),
	partial = pair(units("inner", 10, 5, 3, .9), units("outer", 12, 2, 9, .8, c(6, 6.4))),
	partial_unlike = pair(units("inner", 6, 20, 1, .95, sd = c(3, .6)), units("outer", 25, 0, 4, .5, c(6, 6.4), c(.5, 2))),
	one_unit = pair(units("inner", 1, 6, 5, .9), units("outer", 1, 9, 3, .9, c(6, 6.4))),
	one_group = pair(units("inner", 9, 0, 0, .9), units("outer", 0, 9, 8, 0, c(6, 6.4))),
	all_but_one = pair(units("inner", 20, 0, 1, .99), units("outer", 22, 1, 0, .99, c(6, 6.4))),
	negative = pair(units("inner", 11, 3, 2, -.8), units("outer", 13, 0, 4, -.6, c(6, 6.4))))

# so few that the covariance of those in both is larger than it can be, and the degrees of freedom would be 0.1
rows$three_of_four <- data.frame(id = c(LETTERS[1:4], "F", "G", "H", "I", LETTERS[1:4], "F", "G", "J", "I"), period = rep(1:2, each = 8),
	zone = rep(c("inner", "outer"), each = 4, times = 2), value = c(8, 7.5, 8.5, 7, 6, 7, 6.5, 5.5, 8.1, 7.5, 8.7, 7.2, 6.4, 7.3, 6.2, 6), weight = 1)

# some units change their group, and one is in both groups in the second period
moved <- rows$partial
late <- moved$period == 2
moved$id[late & moved$id == "i1"] <- "o13"
moved$id[late & moved$id == "i2"] <- "o14"
moved$id[late & moved$id == "o1"] <- "i11"
moved$id[late & moved$id == "o2"] <- "i12"
rows$moved <- moved
moved$id[late & moved$id == "o3"] <- "i3"
rows$in_both_groups <- moved

weigh <- function(d, kept) {
	w <- setNames(sample(1:9, length(unique(d$id)), replace = TRUE), unique(d$id))
	d$weight <- w[d$id]
	if (!kept) d$weight <- ifelse(d$period == 2, sample(1:9, nrow(d), replace = TRUE), d$weight)
	d
}
rows$weighted_complete <- weigh(rows$complete, TRUE)
rows$weighted_none <- weigh(rows$none, TRUE)
rows$weighted_partial <- weigh(rows$partial, TRUE)
rows$weighted_anew <- weigh(rows$complete, FALSE)
rows$weighted_partial_anew <- weigh(rows$partial_unlike, FALSE)

# --- one case --------------------------------------------------------------------------------------------------------

cells <- c("inner 2", "outer 2", "inner 1", "outer 1")
cell_of <- function(d) factor(paste(d$zone, d$period), levels = cells)
n_eff <- function(w) sum(w)^2 / sum(w^2)

# what a unit's values may do together: variance of each cell, covariance; here n, b are numbers of units or effective ones
closed_trace <- function(s1, s0, n1, n0, b, gamma) {
	a1 <- 1 / (n1 * (n1 - 1)); a0 <- 1 / (n0 * (n0 - 1))
	p <- (1 - b / n1) * (1 - b / n0); K <- b - 1 + p; K2 <- b - 1 + p^2
	s1^4 / (n1^2 * (n1 - 1)) + s0^4 / (n0^2 * (n0 - 1)) + 2 * a1 * a0 * (gamma^2 * (K + K2) + s1^2 * s0^2 * K) -
		4 * sqrt(a1 * a0) * gamma * K * (a1 * s1^2 + a0 * s0^2)
}

# the covariance matrix of the parts of all units of a group, in full
matrix_trace <- function(id1, id0, v1, v0, gamma, x1, x0) {
	ids <- union(id1, id0)
	n1 <- length(id1); n0 <- length(id0)
	in1 <- ids %in% id1; in0 <- ids %in% id0
	N <- length(ids)
	S <- rbind(cbind(diag(v1, N), diag(gamma, N)), cbind(diag(gamma, N), diag(v0, N)))
	C1 <- diag(as.numeric(in1)) - outer(as.numeric(in1), as.numeric(in1)) / n1
	C0 <- diag(as.numeric(in0)) - outer(as.numeric(in0), as.numeric(in0)) / n0
	L <- cbind(x1 * C1 / sqrt(n1 * (n1 - 1)), -x0 * C0 / sqrt(n0 * (n0 - 1)))
	O <- L %*% S %*% t(L)
	sum(O^2)
}

both_of <- function(d, g) merge(d[d$zone == g & d$period == 2, ], d[d$zone == g & d$period == 1, ], by = "id")

unweighted <- function(d) {
	d$cell <- cell_of(d)
	fit <- lm(value ~ 0 + cell, d)
	m <- unname(coef(fit))
	V <- as.matrix(vcovCR(fit, cluster = d$id, type = "CR2"))
	n <- table(d$cell)
	index <- c(m[2] / m[1], m[4] / m[3])
	gradient <- list(difference = c(1, -1, -1, 1), parity_index = c(-index[1] / m[1], 1 / m[1], index[2] / m[3], -1 / m[3]))
	estimate <- c(difference = (m[[1]] - m[[2]]) - (m[[3]] - m[[4]]), parity_index = index[[1]] - index[[2]])
	do.call(rbind, lapply(names(gradient), function(measure) {
		x <- gradient[[measure]]
		v <- drop(t(x) %*% V %*% x)
		trace <- 0
		for (g in c("inner", "outer")) {
			now <- d[d$zone == g & d$period == 2, ]; then <- d[d$zone == g & d$period == 1, ]
			two <- both_of(d, g)
			b <- nrow(two); n1 <- nrow(now); n0 <- nrow(then)
			s1 <- sd(now$value); s0 <- sd(then$value)
			S <- sum((two$value.x - mean(now$value)) * (two$value.y - mean(then$value)))
			K <- b - 1 + (1 - b / n1) * (1 - b / n0)
			gamma <- if (b == 0) 0 else max(-s1 * s0, min(S / K, s1 * s0))
			i <- match(g, c("inner", "outer"))
			full <- matrix_trace(now$id, then$id, s1^2, s0^2, gamma, abs(x[i]), abs(x[i + 2]))
			stopifnot(all.equal(full, unname(closed_trace(abs(x[i]) * s1, abs(x[i + 2]) * s0, n1, n0, b, gamma * abs(x[i] * x[i + 2])))))
			trace <- trace + full
		}
		data.frame(measure, estimate = estimate[[measure]], std_error = sqrt(v), df = max(v^2 / trace, 1))
	}))
}

# weights: the covariance of two means is gamma times the products of the shares of the units in both
weighted <- function(d) {
	m <- v <- s2 <- ne <- W <- setNames(numeric(4), cells)
	d$cell <- cell_of(d)
	for (k in cells) {
		e <- d[d$cell == k, ]
		w <- e$weight
		W[k] <- sum(w); ne[k] <- n_eff(w); m[k] <- weighted.mean(e$value, w)
		s2[k] <- sum(w * (e$value - m[k])^2) / (sum(w) - sum(w^2) / sum(w))
		v[k] <- s2[k] / ne[k]
	}
	index <- c(m[2] / m[1], m[4] / m[3])
	gradient <- list(difference = c(1, -1, -1, 1), parity_index = c(-index[1] / m[1], 1 / m[1], index[2] / m[3], -1 / m[3]))
	estimate <- c(difference = (m[[1]] - m[[2]]) - (m[[3]] - m[[4]]), parity_index = index[[1]] - index[[2]])
	do.call(rbind, lapply(names(gradient), function(measure) {
		x <- setNames(gradient[[measure]], cells)
		variance <- trace <- 0
		for (g in c("inner", "outer")) {
			k <- paste(g, 2); l <- paste(g, 1)
			two <- both_of(d, g)
			v_g <- x[k]^2 * v[k] + x[l]^2 * v[l]
			x1 <- abs(x[k]); x0 <- abs(x[l]); s1 <- sqrt(s2[k]); s0 <- sqrt(s2[l])
			gamma <- b <- 0
			if (nrow(two) > 0) {
				share <- sum(two$weight.x * two$weight.y) / (W[k] * W[l])
				root <- sqrt(two$weight.x * two$weight.y)
				together <- sum(root * (two$value.x - m[k]) * (two$value.y - m[l])) / sum(root) *
					sqrt(ne[k] / (ne[k] - 1) * ne[l] / (ne[l] - 1))
				together <- max(-s1 * s0, min(together, s1 * s0))
				v_g <- v_g - 2 * x1 * x0 * together * share
				b <- min(ne[k] * ne[l] * share, ne[k], ne[l])
				K <- b - 1 + (1 - b / ne[k]) * (1 - b / ne[l])
				# in the trace, the gamma that gives this variance
				gamma <- max(-s1 * s0, min(together * share * sqrt(ne[k] * (ne[k] - 1) * ne[l] * (ne[l] - 1)) / K, s1 * s0))
			}
			t_g <- closed_trace(x1 * s1, x0 * s0, ne[k], ne[l], b, gamma * x1 * x0)
			if (nrow(two) > 0) t_g <- min(max(t_g, v_g^2 / (ne[k] + ne[l] - 2)), v_g^2)
			variance <- variance + v_g
			trace <- trace + t_g
		}
		data.frame(measure, estimate = estimate[[measure]], std_error = sqrt(unname(variance)), df = unname(variance^2 / trace))
	}))
}

# --- checks against what needs no such theory --------------------------------------------------------------------------

changes <- function(d, g) { two <- both_of(d, g); data.frame(d = two$value.x - two$value.y, w = two$weight.x) }
for (case in c("complete", "complete_unlike")) {
	welch <- t.test(changes(rows[[case]], "inner")$d, changes(rows[[case]], "outer")$d)
	got <- unweighted(rows[[case]])[1, ]
	stopifnot(all.equal(got$df, unname(welch$parameter)), all.equal(got$std_error, welch$stderr))
}
d <- rows$none
v <- tapply(d$value, cell_of(d), function(y) var(y) / length(y)); n <- table(cell_of(d))
stopifnot(all.equal(unweighted(d)$df[1], sum(v)^2 / sum(v^2 / (n - 1))))
a <- lapply(c("inner", "outer"), function(g) {
	x <- changes(rows$weighted_complete, g)
	s2 <- sum(x$w * (x$d - weighted.mean(x$d, x$w))^2) / (sum(x$w) - sum(x$w^2) / sum(x$w))
	c(v = s2 / n_eff(x$w), f = n_eff(x$w) - 1)
})
v <- a[[1]]["v"] + a[[2]]["v"]
got <- weighted(rows$weighted_complete)[1, ]
stopifnot(all.equal(got$std_error, unname(sqrt(v))),
	all.equal(got$df, unname(v^2 / (a[[1]]["v"]^2 / a[[1]]["f"] + a[[2]]["v"]^2 / a[[2]]["f"]))))
stopifnot(all.equal(weighted(rows$partial), unweighted(rows$partial), check.attributes = FALSE))

# --- clusters and strata -----------------------------------------------------------------------------------------------

# pupils of schools: schools lie in one zone or in both, most of them in both periods; zone rim takes no part
pupils <- function(schools, spanning) {
	d <- do.call(rbind, lapply(seq_len(schools), function(s) {
		n <- sample(2:9, 1)
		zone <- if (s %in% spanning) sample(c("inner", "outer"), n, replace = TRUE) else rep(if (s %% 2 == 0) "inner" else "outer", n)
		zone[sample(n, 1)] <- if (s %% 7 == 0) "rim" else zone[1]
		school <- rnorm(1)
		do.call(rbind, lapply(if (s %% 5 == 0) 2 else 1:2, function(p)
			data.frame(id = paste0(s, "-", seq_len(n)), period = p, zone, value = round(6 + school + 0.3 * p * (zone == "outer") + rnorm(n) + rnorm(1, 0, .3), 4),
				cluster = paste("school", s), stratum = paste("town", s %% 3))))
	}))
	d$weight <- 1
	d
}
designs <- list(clusters = pupils(17, c(3, 4, 9)))
designs$clusters_weighted <- transform(designs$clusters, weight = sample(1:9, nrow(designs$clusters), replace = TRUE))

in_design <- function(d) {
	all <- d
	d <- all[all$zone != "rim", ]
	d$cell <- cell_of(d)
	fit <- lm(value ~ 0 + cell, d, weights = weight)
	m <- unname(coef(fit))
	index <- c(m[2] / m[1], m[4] / m[3])
	gradient <- list(difference = c(1, -1, -1, 1), parity_index = c(-index[1] / m[1], 1 / m[1], index[2] / m[3], -1 / m[3]))
	estimate <- c(difference = (m[1] - m[2]) - (m[3] - m[4]), parity_index = index[1] - index[2])
	cr2 <- do.call(rbind, lapply(names(gradient), function(measure) {
		# coordinates in which the combination is a coefficient of its own
		turned <- rbind(gradient[[measure]], diag(4)[-1, ])
		x <- model.matrix(fit) %*% solve(turned)
		colnames(x) <- 1:4
		test <- coef_test(lm(d$value ~ 0 + x, weights = d$weight), vcov = "CR2", cluster = d$cluster, test = "Satterthwaite")
		data.frame(errors = "cr2", measure, estimate = estimate[[measure]], std_error = test$SE[1], df = if (is.null(test$df_Satt)) test$df[1] else test$df_Satt[1])
	}))
	all$cell <- factor(paste(all$zone, all$period))
	survey <- subset(svydesign(ids = ~cluster, strata = ~stratum, weights = ~weight, data = all), zone != "rim")
	model <- svyglm(value ~ factor(zone, c("outer", "inner")) * factor(period), design = survey)
	means <- svyby(~value, ~cell, survey, svymean, covmat = TRUE)
	ratio <- svycontrast(means, quote(`outer 2` / `inner 2` - `outer 1` / `inner 1`))
	df <- df.residual(model)
	stopifnot(all.equal(unname(coef(model)[4]), estimate[["difference"]]), all.equal(coef(ratio)[[1]], estimate[["parity_index"]]),
		df == length(unique(all$cluster)) - length(unique(all$stratum)) - 3)
	rbind(cr2, data.frame(errors = "survey", measure = names(estimate), estimate, std_error = c(SE(model)[[4]], SE(ratio)[[1]]), df))
}

# --- write -----------------------------------------------------------------------------------------------------------

values <- do.call(rbind, lapply(names(rows), function(case) {
	v <- if (grepl("^weighted", case)) weighted(rows[[case]]) else unweighted(rows[[case]])
	d <- rows[[case]]
	again <- intersect(d$id[d$period == 1], d$id[d$period == 2])
	zones <- function(id, p) paste(sort(d$zone[d$id == id & d$period == p]), collapse = " ")
	v$case <- case
	v$errors <- "welch"
	v$both <- length(again)
	v$moved <- sum(vapply(again, function(id) zones(id, 1) != zones(id, 2), NA))
	v
}))
values <- rbind(values, do.call(rbind, lapply(names(designs), function(case) {
	d <- designs[[case]][designs[[case]]$zone != "rim", ]
	cbind(in_design(designs[[case]]), case, both = length(intersect(d$id[d$period == 1], d$id[d$period == 2])), moved = 0)
})))
values$lower <- values$estimate - qt(.975, values$df) * values$std_error
values$upper <- values$estimate + qt(.975, values$df) * values$std_error
values$p_value <- 2 * pt(-abs(values$estimate / values$std_error), values$df)
figures <- c("estimate", "std_error", "df", "lower", "upper", "p_value")
values[figures] <- lapply(values[figures], number)
write.table(cbind(values[c("case", "errors", "measure", "both", "moved", figures)], source = sprintf('"%s"', source)),
	"panel_values.csv", sep = ",", row.names = FALSE, quote = FALSE)
all <- do.call(rbind, lapply(names(rows), function(case) cbind(case, rows[[case]], cluster = "", stratum = "")))
all <- rbind(all, do.call(rbind, lapply(names(designs), function(case) cbind(case, designs[[case]]))))
write.table(all[c("case", "id", "period", "zone", "value", "weight", "cluster", "stratum")], "panel_rows.csv", sep = ",", row.names = FALSE, quote = FALSE)
