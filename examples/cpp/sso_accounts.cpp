// Lists the accounts and roles of a sign-in to IAM Identity Center, and signs in first if that is needed.
// ./sso_accounts [START_URL REGION CACHE_FOLDER]
#include <iostream>
#include <optional>
#include <string>

#include "stskit.hpp"

static void list(const stskit::client &client, const stskit::sso_session *session) {
    const auto accounts = client.sso_accounts(session);
    for (std::size_t at = 0; at < accounts.count("/accountList"); ++at) {
        const auto id = accounts[("/accountList/" + std::to_string(at) + "/accountId").c_str()];
        const std::string account(id.value_or("?"));
        const auto roles = client.sso_account_roles(account, session);
        std::cout << account << ':';
        for (std::size_t role = 0; role < roles.count("/roleList"); ++role) {
            const auto name = roles[("/roleList/" + std::to_string(role) + "/roleName").c_str()];
            std::cout << ' ' << name.value_or("?");
        }
        std::cout << '\n';
    }
}

int main(int argc, char **argv) {
    try {
        const stskit::client client;
        std::optional<stskit::sso_session> by_hand;
        if (argc == 4) {
            by_hand.emplace("example", argv[1], argv[2]);
            by_hand->scope("sso:account:access").cache_folder(argv[3]);
        }
        const stskit::sso_session *session = by_hand ? &*by_hand : nullptr;
        try {
            client.sso_token(session);
        } catch (const stskit::error &e) {
            if (e.status() != STSKIT_STATUS_LOGIN_REQUIRED) {
                throw;
            }
            const auto show = [](const stskit::device_code &code) {
                std::cerr << "open " << code.verification_uri_complete() << " and compare the code "
                          << code.user_code() << '\n';
            };
            client.sign_in_with_device_code(show, session, std::chrono::minutes(5));
        }
        list(client, session);
        return 0;
    } catch (const stskit::error &e) {
        std::cerr << "stskit: " << e.what() << '\n';
        return 1;
    }
}
