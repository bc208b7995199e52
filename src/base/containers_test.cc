#include <gtest/gtest.h>

#include <unordered_map>
#include <unordered_set>

#include "base/arena.h"
#include "base/flat_map.h"

namespace cerebro {
namespace {

TEST(Arena, GivesRoomThatIsAlignedAndApart) {
  Arena arena;
  std::vector<uint64_t*> all;
  for (size_t i = 0; i < 5000; ++i) {
    arena.allocate<char>(i % 7);
    all.push_back(arena.allocate<uint64_t>(1 + i % 100));
    *all.back() = i;
  }
  arena.allocate<char>(1 << 20)[(1 << 20) - 1] = 'x';  // larger than any block
  for (size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(*all[i], i);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(all[i]) % alignof(uint64_t), 0U);
  }
}

TEST(NumberList, KeepsWhatIsPushedThroughEveryGrowth) {
  NumberArena arena;
  NumberList list;
  EXPECT_TRUE(list.empty());
  for (uint32_t i = 0; i < 1000; ++i) {
    list.push(i * 3, arena);
    ASSERT_EQ(list.size(), i + 1);
    for (uint32_t k = 0; k <= i; ++k) ASSERT_EQ(list[k], k * 3);
  }
  EXPECT_EQ(list.span().size(), 1000U);
}

TEST(NumberList, LooksBackAsFarAsAsked) {
  NumberArena arena;
  NumberList list;
  EXPECT_FALSE(list.contains(1));
  for (const uint32_t number : {1U, 2U, 3U}) list.push(number, arena);
  EXPECT_TRUE(list.contains(1));
  EXPECT_TRUE(list.contains(1, 3));
  EXPECT_FALSE(list.contains(1, 2));
  EXPECT_FALSE(list.contains(4));
}

TEST(NumberList, KeepsApartWhatListsGrewOutOfAndOthersTook) {
  NumberArena arena;
  std::vector<NumberList> lists(50);
  for (uint32_t i = 0; i < 40; ++i) {
    for (uint32_t k = 0; k < lists.size(); ++k) lists[k].push(100 * k + i, arena);
  }
  for (uint32_t k = 0; k < lists.size(); ++k) {
    for (uint32_t i = 0; i < 40; ++i) ASSERT_EQ(lists[k][i], 100 * k + i);
  }
}

TEST(NumberList, ServesAnotherListWithThePlaceThatOneGrewOutOf) {
  NumberArena arena;
  NumberList first, second;
  for (uint32_t i = 0; i < 3; ++i) first.push(i, arena);
  const uint32_t* place = first.begin();
  for (uint32_t i = 3; i < 5; ++i) first.push(i, arena);
  for (uint32_t i = 0; i < 3; ++i) second.push(i, arena);
  EXPECT_EQ(second.begin(), place);
}

TEST(NumberList, ErasesInPlaceAndKeepsTheOrder) {
  NumberArena arena;
  NumberList list;
  for (uint32_t i = 0; i < 10; ++i) list.push(i, arena);
  list.erase_if([](uint32_t number) { return number % 3 == 0; });
  EXPECT_EQ(std::vector<uint32_t>(list.begin(), list.end()),
            (std::vector<uint32_t>{1, 2, 4, 5, 7, 8}));
}

TEST(StableVector, NeverMovesItsElements) {
  StableVector<int> vector;
  const int* first = &vector.emplace_back();
  for (int i = 1; i < 2000; ++i) vector.emplace_back() = i;
  EXPECT_EQ(&vector[0], first);
  EXPECT_EQ(vector.size(), 2000U);
  EXPECT_EQ(vector[1999], 1999);
}

TEST(FlatMap, HoldsWhatAMapHolds) {
  FlatMap flat;
  std::unordered_map<uint64_t, uint32_t> map;
  EXPECT_EQ(flat.find(0), nullptr);
  uint64_t key = 1;
  for (uint32_t i = 0; i < 5000; ++i) {
    key = key * 6364136223846793005ULL + 1442695040888963407ULL;
    const uint64_t few =
        i % 3 == 0 ? key : key >> 52;  // many meet again; zero is a key like others
    const auto [value, absent] = flat.try_emplace(few, i);
    const auto [there, inserted] = map.try_emplace(few, i);
    ASSERT_EQ(absent, inserted);
    ASSERT_EQ(value, there->second);
  }
  EXPECT_EQ(flat.size(), map.size());
  for (const auto& [known, value] : map) ASSERT_EQ(*flat.find(known), value);
}

TEST(HashSet, HoldsWhatASetHolds) {
  HashSet flat;
  std::unordered_set<uint64_t> set;
  EXPECT_TRUE(flat.insert(0));
  EXPECT_FALSE(flat.insert(0));
  uint64_t key = 1;
  for (uint32_t i = 0; i < 5000; ++i) {
    key = key * 6364136223846793005ULL + 1442695040888963407ULL;
    const uint64_t few = i % 3 == 0 ? key : 2 + (key >> 52);  // 0 and 1 count as one
    ASSERT_EQ(flat.insert(few), set.insert(few).second);
  }
}

}  // namespace
}  // namespace cerebro
