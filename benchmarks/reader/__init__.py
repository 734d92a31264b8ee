"""The embedded reader measured in one run: sentences, short answers, evidence, abstention, time.

``python -m benchmarks.reader --data ../shared/data`` prints the table and writes it to
``benchmarks/results/``. Read on in ``cases`` (what is asked), ``sets`` (of which data),
``altered``, ``neighbours`` and ``towns`` (how questions without an answer are made), ``ours`` (the
product, and all that is known here of its inside), ``measures``, ``scoring`` and ``curves`` (what
is counted), ``domain`` (questions over articles, asked the whole way), ``report`` (the tables) and
``gate`` (the floors that every change must keep).
"""
