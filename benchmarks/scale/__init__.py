"""What the product costs as the articles grow, beside its peers and the physical floor.

``python -m benchmarks.scale --data ../shared/data --work DIR`` prints the tables and writes them to
``benchmarks/results/``. Read on in ``parts`` and ``server`` (what is measured), ``child`` (what is
done in processes of their own), ``floor``, ``peers``, ``plan`` (100 million articles) and ``plot``.
"""
