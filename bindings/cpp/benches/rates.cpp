// Calls a second through stskit.hpp, as benches/capi/rates.c does it in C: rates SECONDS
#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "stskit.hpp"

template <class Work> double rate(double seconds, Work &&work) {
    using clock = std::chrono::steady_clock;
    double best = 0;
    for (int round = 0; round < 3; ++round) {
        const auto start = clock::now();
        double spent = 0;
        long count = 0;
        for (; spent < seconds / 3; ++count) {
            work();
            spent = std::chrono::duration<double>(clock::now() - start).count();
        }
        best = std::max(best, static_cast<double>(count) / spent);
    }
    return best;
}

int main(int argc, char **argv) {
    const double seconds = argc > 1 ? std::atof(argv[1]) : 3;
    const stskit::client client;
    std::cout << std::fixed << rate(seconds, [&] { client.get_credentials(); }) << '\n';
    std::cout << rate(seconds, [&] { client.get_caller_identity(); }) << '\n';
}
