// A source of credentials of your own. What it throws comes out of the call that asked.
#include <cstdlib>
#include <iostream>
#include <stdexcept>

#include "stskit.hpp"

int main() {
    int asked = 0;
    try {
        const auto from_vault = [&asked]() -> stskit::credentials {
            ++asked;
            const char *id = std::getenv("AWS_ACCESS_KEY_ID");
            const char *secret = std::getenv("AWS_SECRET_ACCESS_KEY");
            if (id == nullptr || secret == nullptr) {
                throw std::runtime_error("the vault is empty");
            }
            return {id, secret};
        };
        const auto client = stskit::client::with_callback(from_vault);
        for (int round = 0; round < 3; ++round) {
            const auto who = client.get_caller_identity();
            if (round == 0) {
                std::cout << "account: " << who["/Account"].value_or("?") << '\n';
            }
        }
        std::cout << "asked " << asked << " time(s)\n";
        return 0;
    } catch (const stskit::error &e) {
        std::cerr << "stskit: " << e.what() << '\n';
    } catch (const std::runtime_error &e) {
        std::cerr << "vault: " << e.what() << '\n';
    }
    return 1;
}
