// The interface of gcc's plugins, in the order its headers need.
#pragma once

// clang-format off
#include <gcc-plugin.h>
#include <tree.h>
#include <basic-block.h>
#include <gimple.h>
#include <gimple-iterator.h>
#include <gimplify.h>
#include <gimplify-me.h>
#include <fold-const.h>
#include <stringpool.h>
#include <attribs.h>
#include <cgraph.h>
#include <memmodel.h>
// clang-format on
