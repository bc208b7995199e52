#pragma once

// Whole reads and writes on descriptors, whatever the kernel cuts them into.

#include <cstddef>
#include <string_view>

namespace cerebro {

// False at the end of the input or on an error; errno is that of read().
bool read_all(int fd, char* to, size_t size);

// False on an error; errno is that of write().
bool write_all(int fd, std::string_view bytes);

}  // namespace cerebro
