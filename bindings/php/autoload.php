<?php

/**
 * Loads the classes without Composer.
 */

declare(strict_types=1);

spl_autoload_register(static function (string $class): void {
    if (!str_starts_with($class, 'Stskit\\')) {
        return;
    }
    $file = __DIR__ . '/src/' . str_replace('\\', '/', substr($class, 7)) . '.php';
    if (is_file($file)) {
        require $file;
    } elseif (str_starts_with($class, 'Stskit\\Exception\\Service\\')) {
        require_once __DIR__ . '/src/Exception/Service/classes.php';
    }
});
