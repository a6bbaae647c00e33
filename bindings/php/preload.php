<?php

/**
 * For PHP-FPM and other servers with ffi.enable=preload (the default): names this file in opcache.preload, or is required
 * by what is named there. It makes the library and the classes that call it known to all requests.
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
    Stskit\Native\Library::preload();
})();
