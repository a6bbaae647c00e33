<?php

declare(strict_types=1);

namespace Stskit;

use Stskit\Native\Handle;
use Stskit\Native\Native;

/**
 * An Identity Center instance to sign in to, by hand. Who has it in the config file needs none.
 */
final class SsoSession
{
    /**
     * @param string|null $name name of the sso-session; null for a legacy configuration, whose tokens are never refreshed
     * @param list<string> $scopes
     */
    public function __construct(
        public readonly ?string $name,
        public readonly string $startUrl,
        public readonly string $region,
        public readonly array $scopes = [],
        public readonly ?string $cacheFolder = null,
    ) {
    }

    /** @internal the library's own */
    public function handle(): Handle
    {
        $made = Native::make('sso_session', 'sso_session_new', Native::encode($this->name), Native::encode($this->startUrl), Native::encode($this->region));
        foreach ($this->scopes as $scope) {
            Native::call('sso_session_add_scope', $made->pointer(), Native::encode($scope));
        }
        if ($this->cacheFolder !== null) {
            Native::call('sso_session_set_cache_folder', $made->pointer(), Native::path($this->cacheFolder));
        }
        return $made;
    }
}
