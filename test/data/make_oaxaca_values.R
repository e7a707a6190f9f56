# Standard errors of the Oaxaca-Blinder decomposition, from lm() of R: writes oaxaca_errors.csv.
#
#   Rscript test/data/make_oaxaca_values.R test/data > test/data/oaxaca_errors.csv
#   Rscript test/data/make_oaxaca_values.R test/data bootstrap
#
# Jann, The Stata Journal 8 (2008): Var(x'b) = x'V(b)x + b'V(x)b, with vcov() of lm in each group and the covariance
# matrix of the means.  Every part is a function of the means and coefficients; its derivatives are
# taken numerically (central differences), so that no formula of ours is used.  B* of all rows follows the
# coefficients and means of the groups, with the scatter of the predictors within groups held.
#
# Clusters: influences of rows from estfun-like products x * residual and the inverse of X'WX, summed by cluster, those
# of each group times sqrt(G / (G - 1) * (n - 1) / (n - k)).
#
# "bootstrap" prints the standard deviation of each part over resamplings of rows within
# groups (and of whole clusters), beside the errors.
#
# Made with R 4.2.2.
args <- commandArgs(TRUE)
d <- read.csv(file.path(args[1], "oracle/edu_oaxaca_input.csv"))
names(d)[2] <- "g"
d$w <- 1 + d$pupil %% 3
# pupils of both groups share clusters; and clusters within groups
d$span <- d$pupil %% 23
d$nest <- paste(d$g, d$pupil %% 14)
x_names <- c("ses", "preschool", "books")
k <- 4
y <- d$score
X <- cbind(1, as.matrix(d[x_names]))

components <- c("gap", "explained", "unexplained", "unexplained_reference", "unexplained_comparison",
                "endowments", "coefficients", "interaction")

# All parts from means (of a, of b) and coefficients (of a, b, B*): a matrix of components and predictors, all together last.
parts <- function(ma, mb, ba, bb, bs) {
    one <- rbind(gap = ma * ba - mb * bb, explained = (ma - mb) * bs, unexplained = ma * (ba - bs) + mb * (bs - bb),
                 unexplained_reference = ma * (ba - bs), unexplained_comparison = mb * (bs - bb),
                 endowments = (ma - mb) * bb, coefficients = mb * (ba - bb), interaction = (ma - mb) * (ba - bb))
    cbind(one, all = rowSums(one))
}

fits <- function(rows_a, rows_b, w) {
    f <- function(rows) lm(y[rows] ~ X[rows, ] - 1, weights = w[rows])
    list(a = f(rows_a), b = f(rows_b))
}

# B* from what the groups are: weights, means, scatter and coefficients
star <- function(choice, Wa, Wb, ma, mb, Sa, Sb, ba, bb) {
    cross <- function(W, m, S) W * (m %o% m + S)
    if (choice == "reference") return(ba)
    if (choice == "comparison") return(bb)
    if (choice == "average") return((ba + bb) / 2)
    if (choice == "size") return((Wa * ba + Wb * bb) / (Wa + Wb))
    A <- cross(Wa, ma, Sa); B <- cross(Wb, mb, Sb)
    if (choice == "pooled") return(drop(solve(A + B, A %*% ba + B %*% bb)))
    # with a dummy of b
    Z <- rbind(cbind(A + B, Wb * mb), c(Wb * mb, Wb))
    drop(solve(Z, c(A %*% ba + B %*% bb, sum(Wb * mb * bb))))[1:k]
}

moments <- function(rows, w) {
    W <- sum(w[rows])
    m <- colSums(w[rows] * X[rows, ]) / W
    c <- sweep(X[rows, ], 2, m)
    list(W = W, m = m, S = crossprod(c, w[rows] * c) / W, w2 = sum(w[rows]^2))
}

# Covariances of coefficients and means of a group.
group_vcov <- function(fit, rows, w, weighted) {
    q <- moments(rows, w)
    if (!weighted) return(list(b = vcov(fit), m = cov(X[rows, ]) / length(rows)))
    # the weight is how much a row counts: equal variances of residuals
    bread <- solve(crossprod(X[rows, ], w[rows] * X[rows, ]))
    meat <- crossprod(X[rows, ], w[rows]^2 * X[rows, ])
    e <- residuals(fit)
    s2 <- sum(w[rows] * e^2) / (q$W - sum(diag(bread %*% meat)))
    list(b = s2 * bread %*% meat %*% bread, m = q$S * q$W / (q$W - q$w2 / q$W) * q$w2 / q$W^2)
}

theta <- function(p, choice, qa, qb) {
    ma <- c(1, p[1:3]); mb <- c(1, p[4:6]); ba <- p[7:10]; bb <- p[11:14]
    parts(ma, mb, ba, bb, star(choice, qa$W, qb$W, ma, mb, qa$S, qb$S, ba, bb))
}

delta_errors <- function(choice, weighted) {
    w <- if (weighted) d$w else rep(1, nrow(d))
    rows <- list(which(d$g == 0), which(d$g == 1))
    f <- fits(rows[[1]], rows[[2]], w)
    qa <- moments(rows[[1]], w); qb <- moments(rows[[2]], w)
    va <- group_vcov(f$a, rows[[1]], w, weighted); vb <- group_vcov(f$b, rows[[2]], w, weighted)
    p <- c(qa$m[-1], qb$m[-1], coef(f$a), coef(f$b))
    # derivatives by central differences, extrapolated
    g <- sapply(1:14, function(i) {
        h <- 1e-3
        at <- function(t) { q <- p; q[i] <- q[i] + t; as.vector(theta(q, choice, qa, qb)) }
        (8 * (at(h / 2) - at(-h / 2)) - (at(h) - at(-h))) / (6 * h)
    })
    V <- matrix(0, 14, 14)
    V[1:3, 1:3] <- va$m[-1, -1]; V[4:6, 4:6] <- vb$m[-1, -1]; V[7:10, 7:10] <- va$b; V[11:14, 11:14] <- vb$b
    of_a <- c(1:3, 7:10); of_b <- c(4:6, 11:14)
    quad <- function(i) rowSums((g[, i] %*% V[i, i]) * g[, i])
    a <- quad(of_a); b <- quad(of_b)
    df_of <- function(q) q$W^2 / q$w2 - k
    list(se = sqrt(a + b), df = (a + b)^2 / (a^2 / df_of(qa) + b^2 / df_of(qb)), estimate = as.vector(theta(p, choice, qa, qb)))
}

# The decomposition of any rows, for the bootstrap and for numerical influences.
whole <- function(rows, choice, w = rep(1, nrow(d))) {
    a <- rows[d$g[rows] == 0]; b <- rows[d$g[rows] == 1]
    fit <- function(r) lm.wfit(X[r, , drop = FALSE], y[r], w[r])$coefficients
    ba <- fit(a); bb <- fit(b)
    bs <- switch(choice, reference = ba, comparison = bb, average = (ba + bb) / 2,
                 size = (sum(w[a]) * ba + sum(w[b]) * bb) / (sum(w[a]) + sum(w[b])),
                 pooled = lm.wfit(X[rows, ], y[rows], w[rows])$coefficients,
                 pooled_with_group = lm.wfit(cbind(X[rows, ], d$g[rows]), y[rows], w[rows])$coefficients[1:k])
    mean_of <- function(r) colSums(w[r] * X[r, , drop = FALSE]) / sum(w[r])
    as.vector(parts(mean_of(a), mean_of(b), ba, bb, bs))
}

# Influences by the derivative with respect to the weight of each row: no formula at all.
cluster_errors <- function(choice, cluster, weighted) {
    w <- if (weighted) d$w else rep(1, nrow(d))
    share <- sum(w[d$g == 0]) / sum(w)
    rows <- seq_len(nrow(d))
    size_fixed <- function(v) {
        if (choice != "size") return(whole(rows, choice, v))
        # the weight of "size" is taken as given
        a <- which(d$g == 0); b <- which(d$g == 1)
        fit <- function(r) lm.wfit(X[r, ], y[r], v[r])$coefficients
        ba <- fit(a); bb <- fit(b)
        mean_of <- function(r) colSums(v[r] * X[r, ]) / sum(v[r])
        as.vector(parts(mean_of(a), mean_of(b), ba, bb, share * ba + (1 - share) * bb))
    }
    influence <- sapply(rows, function(i) {
        h <- 1e-3
        at <- function(t) { v <- w; v[i] <- v[i] * (1 + t); size_fixed(v) }
        (8 * (at(h / 2) - at(-h / 2)) - (at(h) - at(-h))) / (6 * h)
    })
    for (g in 0:1) {
        n <- sum(d$g == g); G <- length(unique(cluster[d$g == g]))
        influence[, d$g == g] <- influence[, d$g == g] * sqrt(G / (G - 1) * (n - 1) / (n - k))
    }
    sums <- t(rowsum(t(influence), cluster))
    list(se = sqrt(rowSums(sums^2)), df = min(tapply(cluster, d$g, function(c) length(unique(c)))) - 1,
         estimate = size_fixed(w))
}

choices <- c("reference", "comparison", "average", "size", "pooled", "pooled_with_group")
cells <- expand.grid(component = components, predictor = c("(constant)", x_names, "all"), stringsAsFactors = FALSE)
keep <- cells$component != "gap" | cells$predictor == "all"

if (length(args) > 1 && args[2] == "bootstrap") {
    set.seed(2008)
    draws <- if (length(args) > 2) as.integer(args[3]) else 20000
    a <- which(d$g == 0); b <- which(d$g == 1)
    show <- cells$predictor %in% c("all", "books") & keep
    for (choice in choices) {
        drawn <- replicate(draws, whole(c(sample(a, replace = TRUE), sample(b, replace = TRUE)), choice)[show])
        delta <- delta_errors(choice, FALSE)
        rows <- cluster_errors(choice, d$pupil, FALSE)
        cat("\n", choice, "\n")
        print(cbind(cells[show, ], bootstrap = round(apply(drawn, 1, sd), 4), delta = round(delta$se[show], 4), own_clusters = round(rows$se[show], 4)), row.names = FALSE)
    }
    rows_of <- split(seq_len(nrow(d)), d$span)
    for (choice in c("average", "pooled_with_group")) {
        drawn <- replicate(draws, whole(unlist(rows_of[sample(length(rows_of), replace = TRUE)]), choice)[show])
        cat("\n", choice, "by clusters that span the groups\n")
        print(cbind(cells[show, ], bootstrap = round(apply(drawn, 1, sd), 4), clusters = round(cluster_errors(choice, d$span, FALSE)$se[show], 4)), row.names = FALSE)
    }
} else {
    cat("choice,errors,weighted,component,predictor,estimate,std_error,df\n")
    number <- function(x) sprintf("%.13g", x)
    for (choice in choices) for (weighted in c(FALSE, TRUE)) for (errors in c("delta", "span", "nest")) {
        r <- if (errors == "delta") delta_errors(choice, weighted) else cluster_errors(choice, d[[errors]], weighted)
        cat(sprintf("%s,%s,%d,%s,%s,%s,%s,%s\n", choice, errors, weighted, cells$component, cells$predictor,
                    number(r$estimate), number(r$se), number(rep_len(r$df, nrow(cells))))[keep], sep = "")
    }
}
