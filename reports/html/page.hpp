// The result as one HTML file: no network, opens from a disk.
#pragma once

#include <string>
#include <string_view>

namespace heddle::report {

// A page that shows the result document (docs/schema/result-1.json, as text). With the viewer
// (reports/html/viewer, built where npm is) an interactive one; without it plain tables and a word on how to
// get the other. The document is data: nothing in it can become markup or script. Text that is not a result
// document gives a page that says so.
std::string html_page(std::string_view result_json);

// The same without the viewer.
std::string plain_html_page(std::string_view result_json);

// Whether the viewer is in this build.
bool has_viewer();

}  // namespace heddle::report
