// Credentials of the default chain.
#include <iostream>

#include "stskit.hpp"

int main() {
    try {
        stskit::client client;
        const stskit::credentials creds = client.get_credentials();
        std::cout << "access key id: " << creds.access_key_id() << '\n';
        std::cout << "temporary:     " << (creds.session_token() ? "yes" : "no") << '\n';
        return 0;
    } catch (const stskit::error &e) {
        std::cerr << "stskit: " << e.what() << '\n';
        for (const auto line : e.provider_lines()) {
            std::cerr << "  " << line << '\n';
        }
        return 1;
    }
}
