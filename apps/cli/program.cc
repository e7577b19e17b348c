#include "program.h"

#include <cstdio>
#include <exception>
#include <new>

#include "failure.h"
#include "handles.h"
#include "options.h"
#include "output.h"
#include "text_width.h"

namespace cli {
namespace {

int report(const char* message, int status) {
  fprintf(stderr, "inlay: %s\n", printable(message).c_str());  // names in it may hold anything
  return status;
}

}  // namespace

int run_program(const std::vector<std::string>& arguments) {
  try {
    check(inlay_abi_check(INLAY_ABI_VERSION));
    const int status = run_arguments(arguments);
    flush_output();
    return status;
  } catch (const Failure& failure) {
    return report(failure.what(), failure.exit_status);
  } catch (const std::bad_alloc&) {
    return report("expected enough memory, found none left", 1);
  } catch (const std::exception& error) {
    return report(error.what(), 1);
  }
}

}  // namespace cli
