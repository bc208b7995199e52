#pragma once

// CEREBRO_THREAD_SANITIZER: 1 in a build with ThreadSanitizer.
//
// CEREBRO_SHADOW_MEMORY: 1 in a build with AddressSanitizer or ThreadSanitizer, whose shadow memory
// takes terabytes of addresses. GCC and Clang say so in different ways.

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CEREBRO_SHADOW_MEMORY 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CEREBRO_SHADOW_MEMORY 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define CEREBRO_THREAD_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define CEREBRO_THREAD_SANITIZER 1
#endif
#endif
#ifndef CEREBRO_THREAD_SANITIZER
#define CEREBRO_THREAD_SANITIZER 0
#endif
#ifndef CEREBRO_SHADOW_MEMORY
#define CEREBRO_SHADOW_MEMORY 0
#endif
