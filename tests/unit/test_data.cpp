#include "test_data.hpp"

// The only place that knows the path: other objects are then equal in every copy of the tree, and cached.
std::string heddle::test::test_data() { return HEDDLE_TEST_DATA; }
