// make_page FILE: the page of a result document, on standard output. What the browser tests open.
#include <fstream>
#include <iostream>
#include <sstream>

#include "reports/html/page.hpp"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: make_page RESULT.json\n";
    return 2;
  }
  std::ostringstream text;
  text << std::ifstream(argv[1], std::ios::binary).rdbuf();
  std::cout << heddle::report::html_page(text.str());
  return std::cout.flush() ? 0 : 1;
}
