"""The parts of the ranker's training; `training.train_ranker` puts them together."""
