#include "session/schema_change.h"

#include <gtest/gtest.h>

namespace tapri::session {
namespace {

using coherence::Footprint;

TEST(SchemaChange, WhatOnlyPerhapsIsOneIsToldByNamingEverything) {
  const coherence::Dependency everything = coherence::all_of("shop");
  const Footprint named({coherence::any_of("shop", 1)}), all({everything});
  EXPECT_TRUE(is_told_as_change(SchemaChange::surely, named, everything));
  EXPECT_TRUE(is_told_as_change(SchemaChange::surely, all, everything));
  EXPECT_FALSE(is_told_as_change(SchemaChange::perhaps, all, everything));
  EXPECT_TRUE(is_told_as_change(SchemaChange::perhaps, named, everything)) << "else nobody would hear of it";
  EXPECT_FALSE(is_told_as_change(SchemaChange::none, all, everything));
}

}  // namespace
}  // namespace tapri::session
