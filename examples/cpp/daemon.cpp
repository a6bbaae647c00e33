// A daemon that always has good credentials: it asks at each use and keeps none. SIGTERM and Ctrl-C end it,
// also in the middle of a call. ./daemon [ROUNDS [MILLISECONDS]]
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <thread>

#include "stskit.hpp"

static const stskit_client *running = nullptr;

extern "C" void stop(int) {
    stskit_client_cancel(running); // one atomic store: fit for a signal handler
}

int main(int argc, char **argv) {
    const long rounds = argc > 1 ? std::atol(argv[1]) : -1;
    const std::chrono::milliseconds pause(argc > 2 ? std::atol(argv[2]) : 1000);
    try {
        const stskit::log_hook log(
            [](int level, std::string_view target, std::string_view message) {
                std::cerr << '[' << level << "] " << target << ": " << message << '\n';
            },
            STSKIT_LOG_LEVEL_WARN);
        const stskit::client client;
        running = client.get();
        std::signal(SIGTERM, stop);
        std::signal(SIGINT, stop);
        for (long round = 0; (rounds < 0 || round < rounds) && !client.is_cancelled(); ++round) {
            try {
                std::cout << "serving with " << client.get_credentials().access_key_id() << std::endl;
            } catch (const stskit::error &e) {
                if (e.status() != STSKIT_STATUS_CANCELLED) {
                    std::cerr << "stskit: " << e.what() << '\n';
                }
            }
            std::this_thread::sleep_for(pause);
        }
        std::cout << "stopped\n";
        std::signal(SIGTERM, SIG_DFL);
        std::signal(SIGINT, SIG_DFL);
        return 0;
    } catch (const stskit::error &e) {
        std::cerr << "stskit: " << e.what() << '\n';
        return 1;
    }
}
