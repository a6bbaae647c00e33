// Assumes a role, once and for good: ./assume_role arn:aws:iam::123456789012:role/demo
#include <iostream>
#include <string>

#include "stskit.hpp"

int main(int argc, char **argv) {
    const std::string role = argc > 1 ? argv[1] : "arn:aws:iam::123456789012:role/demo";
    try {
        const stskit::client client;
        // Once: credentials that you look after yourself.
        const auto creds = client.assume_role(role, "stskit-example", 900);
        std::cout << "access key id: " << creds.access_key_id() << '\n';
        // For good: a client that keeps the role's credentials fresh.
        const stskit::client as_role = client.assumed_role(R"({"RoleArn":")" + role + R"("})");
        const auto who = as_role.get_caller_identity();
        std::cout << "the role says: " << who["/Arn"].value_or("nothing") << '\n';
        return 0;
    } catch (const stskit::error &e) {
        std::cerr << "stskit: " << stskit_status_name(e.status()) << ": " << e.what() << '\n';
        return 1;
    }
}
