# Everything is done by .ci/dev; this file only gives it its names (GNU make 3.81 suffices).
#
#   make run [PORT=8000] [HOST=127.0.0.1] [DATABASE_URL=...] [BUNDLE=examples/crm]
#   make test [PYTEST_ARGS="..."]

TARGETS = run test check bench soak docs assets locks help

# Some shells set HOST to the machine's name; only one given to make itself counts.
HOST =
export PORT HOST DATABASE_URL BUNDLE PYTEST_ARGS

.PHONY: $(TARGETS)
.DEFAULT_GOAL = help

$(TARGETS):
	@sh .ci/python .ci/dev $@
