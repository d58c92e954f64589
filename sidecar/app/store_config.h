// The memory store as the settings want it.
#pragma once

#include "cache/memory/memory_store.h"
#include "config/config.h"

namespace tapri::app {

[[nodiscard]] inline cache::memory::Eviction eviction_of(config::CachePolicy policy) {
  switch (policy) {
    case config::CachePolicy::lru:
      return cache::memory::Eviction::lru;
    case config::CachePolicy::w_tinylfu:
      return cache::memory::Eviction::w_tinylfu;
    case config::CachePolicy::lfu:
      return cache::memory::Eviction::lfu;
    case config::CachePolicy::cost_aware:
      return cache::memory::Eviction::cost_aware;
    case config::CachePolicy::s3_fifo:
      break;
  }
  return cache::memory::Eviction::s3_fifo;
}

[[nodiscard]] inline cache::memory::MemoryStore::Config store_config(const config::CacheConfig& settings) {
  cache::memory::MemoryStore::Config config;
  config.budget_bytes = settings.memory;
  config.policy = eviction_of(settings.policy);
  // An entry may take half of a shard's share: as many shards as leave room for the largest result.
  while (config.shards > 1 && config.budget_bytes / config.shards / 2 < settings.max_result) config.shards /= 2;
  return config;
}

}  // namespace tapri::app
