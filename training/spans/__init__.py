"""How the span network is made: corpus, examples, network, and the two ways it learns."""
