"""The check of written sentences measured in one run: what is false flagged, what is true kept.

``python -m benchmarks.verification --data ../shared`` prints the table and writes it to
``benchmarks/results/``. Read on in ``articles`` (which sentences are taken), ``false`` and ``true``
(what is made of them by rule, with the tables of ``swaps``), ``cases`` (what is checked over which
sources), ``checkers`` (the product, and two baselines), ``measures`` (what is counted), ``report``
(the tables) and ``gate`` (the floors that every change must keep).
"""
