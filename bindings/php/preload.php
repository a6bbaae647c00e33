<?php

/**
 * For PHP-FPM and other servers with ffi.enable=preload, which is the default:
 *
 *     vendor/bin/stskit-ffi-header > /etc/php/stskit.ffi.h
 *
 *     ; php.ini
 *     ffi.preload = /etc/php/stskit.ffi.h
 *     opcache.preload = /path/to/vendor/stskit/stskit/preload.php
 *
 * Only code that is preloaded may use what ffi.preload has loaded: this file loads the classes. With another file in
 * opcache.preload, require this one from there.
 */

declare(strict_types=1);

require_once __DIR__ . '/autoload.php';

(static function (): void {
    $files = new RecursiveIteratorIterator(new RecursiveDirectoryIterator(__DIR__ . '/src', FilesystemIterator::SKIP_DOTS));
    foreach ($files as $file) {
        // Classes for other packages stay where they are until those are there.
        if ($file->getExtension() === 'php' && !str_contains($file->getPathname(), '/AsyncAws/')) {
            require_once $file->getPathname();
        }
    }
})();
