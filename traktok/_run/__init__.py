"""Run over targets: options, state of each crawl, workers, progress, memory."""
