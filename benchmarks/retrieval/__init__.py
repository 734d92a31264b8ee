"""Retrieval measured in one run: the product, its parts and its peers on the same sets.

``python -m benchmarks.retrieval --data ../shared/data`` prints the tables and writes them to
``benchmarks/results/``. Read on in ``task`` (what is measured), ``sets``, ``news`` and ``variants``
(on which questions), ``rows`` (which rankers), ``run`` (the loop), ``report`` (the tables) and
``gate`` (the floors that every change must keep).
"""
