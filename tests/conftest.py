"""What every test gets: fixtures of tests/support, and one way for properties to be sought."""

from hypothesis import settings

pytest_plugins = ["tests.support.databases", "tests.support.bundles"]

# No deadline: the machine that runs the tests runs other things too. The blob repeats a failure elsewhere.
settings.register_profile("armature", deadline=None, print_blob=True)
settings.load_profile("armature")
