-- One row per member, ordered by dimension and name.
SELECT
    member,
    indicator_id,
    dimension,
    direction,
    lo,
    hi,
    periods,
    mean_shift,
    max_shift,
    spearman
FROM index_indicator
ORDER BY dimension, member
