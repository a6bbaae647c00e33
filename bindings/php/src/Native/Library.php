<?php

declare(strict_types=1);

namespace Stskit\Native;

use FFI;
use Stskit\Exception\LibraryException;

/**
 * The C library: where it is and whether it fits.
 *
 * Looked for in the variable STSKIT_LIBRARY, then in native/ of the package, then in the build folders of a source tree,
 * then by its soname. Where ffi.enable is "preload" and ffi.preload has loaded it, it is that one: see preload.php.
 */
final class Library
{
    /** What stskit.cdef.h was made for: the number in the soname. */
    public const ABI = 1;
    private const SCOPE = 'stskit';

    private static ?FFI $library = null;
    private static string $path = '';
    /** @var array<string, FFI\CType> */
    private static array $types = [];

    /** The functions of the library. */
    public static function get(): FFI
    {
        return self::$library ??= self::preloaded() ?? self::open();
    }

    /**
     * A variable for C. Its type lives as long as the request: stack traces of exceptions keep what calls were given, and
     * printing one looks at types, also of what a pointer leads to.
     */
    public static function new(string $type): FFI\CData
    {
        return self::get()->new(self::type($type));
    }

    /** The same memory as another type, good as long as $variable. */
    public static function cast(string $type, FFI\CData $variable): FFI\CData
    {
        return self::get()->cast(self::type($type), $variable);
    }

    /** The file, or the name that the system found it by. */
    public static function path(): string
    {
        self::get();
        return self::$path;
    }

    /** What ffi.preload wants: the declarations, and where the library is. */
    public static function header(): string
    {
        $tried = [];
        $path = self::choose($tried) ?? throw self::notFound($tried);
        $path = realpath($path) ?: $path;
        return sprintf("#define FFI_SCOPE \"%s\"\n#define FFI_LIB \"%s\"\n%s", self::SCOPE, $path, self::declarations());
    }

    private static function type(string $type): FFI\CType
    {
        return self::$types[$type] ??= self::get()->type($type);
    }

    private static function preloaded(): ?FFI
    {
        try {
            $found = FFI::scope(self::SCOPE);
            self::$path = 'preloaded';
            return $found;
        } catch (FFI\Exception) {
            return null;
        }
    }

    private static function open(): FFI
    {
        $tried = [];
        $path = self::choose($tried) ?? throw self::notFound($tried);
        self::$path = $path;
        return FFI::cdef(self::declarations(), $path);
    }

    /**
     * The first candidate that fits.
     *
     * @param list<string> $tried gets what the others lack
     */
    private static function choose(array &$tried): ?string
    {
        if (!extension_loaded('ffi')) {
            throw new LibraryException('stskit needs the PHP extension ffi (Debian: package php-common has it; ffi.enable switches it on)');
        }
        foreach (self::candidates() as $candidate) {
            try {
                $abi = FFI::cdef('uint32_t stskit_abi_version(void);', $candidate)->stskit_abi_version();
            } catch (FFI\Exception $problem) {
                $tried[] = "$candidate: {$problem->getMessage()}";
                continue;
            }
            if ($abi === self::ABI) {
                return $candidate;
            }
            $tried[] = sprintf('%s: has ABI %d, this binding wants %d', $candidate, $abi, self::ABI);
        }
        return null;
    }

    /** @param list<string> $tried */
    private static function notFound(array $tried): LibraryException
    {
        return new LibraryException('the stskit library was not found: install a package that has it inside, or name the file in '
            . 'the variable STSKIT_LIBRARY; outside of the command line ffi.enable has to allow it, see README.md. Tried: '
            . implode('; ', $tried));
    }

    private static function declarations(): string
    {
        return (string) file_get_contents(__DIR__ . '/stskit.cdef.h');
    }

    /** @return list<string> */
    private static function candidates(): array
    {
        $given = getenv('STSKIT_LIBRARY');
        if (is_string($given) && $given !== '') {
            return [$given];
        }
        [$name, $soname] = match (PHP_OS_FAMILY) {
            'Darwin' => ['libstskit.dylib', 'libstskit.' . self::ABI . '.dylib'],
            'Windows' => ['stskit.dll', 'stskit.dll'],
            default => ['libstskit.so', 'libstskit.so.' . self::ABI],
        };
        $package = dirname(__DIR__, 2);
        $found = ["$package/native/$soname", "$package/native/$name"];
        // bindings/php in a source tree.
        $root = dirname($package, 2);
        if (is_file("$root/include/stskit.h")) {
            $target = getenv('CARGO_TARGET_DIR') ?: "$root/target";
            $found = [...$found, "$target/capi/library/$name", "$target/release/$name", "$target/debug/$name"];
        }
        return [...array_values(array_filter($found, is_file(...))), $soname];
    }
}
