// Texts that are large, or nested deeply, and a stack that is small.
#pragma once

#include <gtest/gtest.h>
#include <pthread.h>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace tapri::test {

inline constexpr std::size_t kMegabyte = std::size_t{1} << 20U;

inline void on_small_stack(const std::function<void()>& work) {
  pthread_attr_t attributes;
  ASSERT_EQ(pthread_attr_init(&attributes), 0);
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, kMegabyte), 0);
  pthread_t thread{};
  const auto run = [](void* argument) -> void* {
    (*static_cast<const std::function<void()>*>(argument))();
    return nullptr;
  };
  // NOLINTNEXTLINE: the thread is joined before `work` goes out of scope
  ASSERT_EQ(pthread_create(&thread, &attributes, run, const_cast<std::function<void()>*>(&work)), 0);
  ASSERT_EQ(pthread_join(thread, nullptr), 0);
  pthread_attr_destroy(&attributes);
}

inline std::string repeated(std::string_view head, std::string_view part, std::string_view tail,
                            std::size_t size = kMegabyte) {
  std::string text(head);
  while (text.size() + part.size() + tail.size() <= size) text += part;
  return text += tail;
}

inline std::string nested(const std::string& head, const std::string& open, const std::string& middle,
                          const std::string& close, std::size_t depth) {
  std::string text = head;
  for (std::size_t i = 0; i < depth; ++i) text += open;
  text += middle;
  for (std::size_t i = 0; i < depth; ++i) text += close;
  return text;
}

}  // namespace tapri::test
