<?php

declare(strict_types=1);

namespace Stskit;

/** How a person signs in, where that is what is missing. */
final class LoginHint
{
    public function __construct(
        public readonly string $command,
        public readonly ?string $startUrl,
        public readonly ?string $session,
        public readonly ?string $profile,
    ) {
    }
}
