#include <inlay/inlay.hpp>

int main() {
  try {
    inlay::Model::open("no/such/model");
  } catch (const inlay::Error& error) {
    return inlay::check_abi() && error.code() == inlay::Status::kNotFound ? 0 : 1;
  }
  return 1;
}
