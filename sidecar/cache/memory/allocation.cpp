#include "cache/memory/allocation.h"

#include <malloc.h>

namespace tapri::cache::memory {

void limit_fragmentation() {
#ifdef __GLIBC__
  (void)mallopt(M_MMAP_THRESHOLD, static_cast<int>(kMappingThreshold));
  (void)mallopt(M_ARENA_MAX, 1);
#endif
}

}  // namespace tapri::cache::memory
