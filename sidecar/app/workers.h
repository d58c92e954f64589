// How many worker threads there are where the settings leave it open.
//
// Thread-safety: pure.
#pragma once

#include <cstddef>
#include <string_view>

namespace tapri::app {

// Half of the cores, at least one: whoever asks runs on the others (an application beside its sidecar, the kernel's
// network code), and loops that are busy take more statements at a waking than loops that are not (docs/adr/0014).
// `cores`: that the process may run on; `cpu_max`: its cgroup's quota as the kernel writes it ("50000 100000", "max
// 100000"; cgroup v2, "CPU Interface Files"), empty where there is none.
[[nodiscard]] std::size_t default_workers(std::size_t cores, std::string_view cpu_max);

// Of this process.
[[nodiscard]] std::size_t default_workers();

}  // namespace tapri::app
