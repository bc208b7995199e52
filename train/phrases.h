#pragma once

// An entry's text as phrases: "start entry install", behaviours, markers, "end of entry".

#include <string>
#include <string_view>
#include <vector>

namespace cerebro::train {

using Phrases = std::vector<std::string_view>;  // views into the entry's text or the catalogue

Phrases split_phrases(std::string_view entry);
std::string join_phrases(const Phrases& phrases);

// Where the entry stands, by its first phrase; an unknown one is kUnreached.
enum class Stage { kInstall, kImport, kRun, kUnreached, kTests };
inline constexpr size_t kStages = 5;
Stage stage_of(std::string_view entry);
std::string_view start_of(Stage stage);  // the first phrase of its entries

// Neither a phase, nor a border, nor any other marker: a phrase of the catalogue.
bool is_behaviour(std::string_view phrase);

// The paper's root of a behaviour's phrase ("R1" ... "P4"); empty for a marker.
std::string_view root_of(std::string_view phrase);

// The paper's phrase of the root; markers stay as they are.
std::string_view roll_up(std::string_view phrase);

// The phrases of the catalogue and the markers, in a fixed order.
std::vector<std::string_view> all_phrases();

}  // namespace cerebro::train
