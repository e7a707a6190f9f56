#!/usr/bin/env Rscript
# Write gap_p_values.csv, read by test/pgtap/gap.sql: p values of the gap between the scores of test/sql/gap.sql.
#
#     Rscript make_gap_p_values.R          (in test/data)
#
# t.test() for the difference (Welch) and for d and g (Student), var.test() for the ratio of variances, pnorm() for
# the log ratio with its error by the delta method, pt() for Glass's delta: the comparison mean has a variance of its
# own, and the degrees of freedom are those of the reference group.
text <- readLines("../sql/gap.sql")
rows <- regmatches(text, gregexpr("\\('[A-Z]', [^)]*\\)", text))
rows <- do.call(rbind, lapply(unlist(rows), function(r) strsplit(gsub("[()' ]", "", r), ",")[[1]]))
score <- suppressWarnings(as.numeric(rows[, 4]))
r <- score[rows[, 2] == "inner" & !is.na(score)]
c <- score[rows[, 2] == "outer" & !is.na(score)]
student <- t.test(r, c, var.equal = TRUE)$p.value
log_error <- sqrt(var(r) / length(r) / mean(r)^2 + var(c) / length(c) / mean(c)^2)
z <- 2 * pnorm(-abs(log(mean(r) / mean(c))) / log_error)
glass <- (mean(r) - mean(c)) / sqrt(var(r) / length(r) + var(c) / length(c))
values <- c(difference = t.test(r, c)$p.value, ratio = z, parity_index = z, adjusted_parity_index = z, percent_gap = z,
  cohens_d = student, hedges_g = student, glass_delta = 2 * pt(-abs(glass), length(r) - 1), log_ratio = z,
  variance_ratio = var.test(r, c)$p.value)
write.table(data.frame(measure = names(values), p_value = sprintf("%.17g", values)), "gap_p_values.csv",
  sep = ",", row.names = FALSE, quote = FALSE)
