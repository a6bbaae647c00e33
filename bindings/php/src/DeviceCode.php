<?php

declare(strict_types=1);

namespace Stskit;

use FFI\CData;
use Stskit\Native\Library;
use Stskit\Native\Native;

/** What a person needs to approve a sign-in. */
final class DeviceCode
{
    public function __construct(
        public readonly string $userCode,
        public readonly string $verificationUri,
        /** The page with the code filled in. */
        public readonly string $verificationUriComplete,
        public readonly \DateTimeImmutable $expiresAt,
    ) {
    }

    /** @internal */
    public static function of(CData $code): self
    {
        $library = Library::get();
        return new self(
            $library->stskit_device_code_user_code($code),
            $library->stskit_device_code_verification_uri($code),
            $library->stskit_device_code_verification_uri_complete($code),
            Native::time($library->stskit_device_code_expires_at($code)),
        );
    }
}
