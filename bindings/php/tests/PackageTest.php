<?php

/*
 * What is generated, how the library is found, servers, and the package: built, installed by Composer, its README run.
 */

declare(strict_types=1);

namespace Stskit\Tests;

use Stskit\Native\Library;
use Stskit\Stskit;

require_once __DIR__ . '/EmulatorCase.php';

final class PackageTest extends EmulatorCase
{
    /** @return array{string, int} */
    private function command(array $command, array $environment = [], ?string $folder = null): array
    {
        $process = proc_open($command, [1 => ['pipe', 'w'], 2 => ['redirect', 1]], $pipes, $folder, $environment + getenv());
        return [(string) stream_get_contents($pipes[1]), proc_close($process)];
    }

    public function testWhatIsGenerated(): void
    {
        $this->assertSame(["differ: none\n", 0], $this->command([PHP_BINARY, PACKAGE . '/generate', '--check']));
        $header = preg_replace('~/\*.*?\*/~s', '', (string) file_get_contents(ROOT . '/include/stskit.h'));
        preg_match_all('/\b(stskit_\w+)\((?!\*)/', $header, $found);
        $declarations = (string) file_get_contents(PACKAGE . '/src/Native/stskit.cdef.h');
        foreach (array_unique($found[1]) as $name) {
            $this->assertStringContainsString("$name(", $declarations);
        }
    }

    public function testTheVersion(): void
    {
        preg_match('/^version = "(.*)"/m', (string) file_get_contents(ROOT . '/Cargo.toml'), $version);
        $this->assertSame([$version[1], $version[1]], [Stskit::VERSION, Stskit::libraryVersion()]);
        preg_match('/#define STSKIT_ABI_VERSION (\d+)/', (string) file_get_contents(ROOT . '/include/stskit.h'), $abi);
        $this->assertSame((int) $abi[1], Library::ABI);
    }

    private function refused(string $path): string
    {
        $code = 'require "' . PACKAGE . '/autoload.php"; try { Stskit\Stskit::credentials(); } catch (Stskit\Exception\LibraryException $e) { echo $e->getMessage(); }';
        return $this->runPhp($code, [], ['STSKIT_LIBRARY' => $path])[0];
    }

    public function testALibraryThatDoesNotFit(): void
    {
        $this->assertMatchesRegularExpression('~^the stskit library was not found: .*STSKIT_LIBRARY.*/nowhere/libstskit\.so~', $this->refused('/nowhere/libstskit.so'));
        foreach ([
            'int stskit(void) { return 0; }' => 'stskit_abi_version',
            'unsigned stskit_abi_version(void) { return 99; }' => 'has ABI 99, this binding wants 1',
        ] as $source => $said) {
            $file = write("$this->home/other.c", $source);
            $this->assertSame(['', 0], $this->command(['cc', '-shared', '-fPIC', '-o', "$this->home/other.so", $file]));
            $this->assertStringContainsString($said, $this->refused("$this->home/other.so"));
        }
    }

    /** Not the command line, and FFI only for what is preloaded. */
    public function testAServer(): void
    {
        [$header, $status] = $this->command([PHP_BINARY, PACKAGE . '/bin/stskit-ffi-header']);
        $this->assertSame(0, $status);
        $header = write("$this->home/stskit.ffi.h", $header);
        $page = write("$this->home/page.php", '<?php
            echo Stskit\Stskit::credentials(), "\n", Stskit\Native\Library::path(), "\n";
            echo Stskit\Stskit::client("sts")->getCallerIdentity()["Arn"], "\n";
            try { (new Stskit\Session([], fn () => throw new DomainException("mine")))->credentials(); } catch (DomainException $e) { echo $e->getMessage(), "\n"; }
            try { FFI::cdef("int abs(int);"); } catch (FFI\Exception $e) { echo "not for others\n"; }');
        $command = ['php-cgi', '-q', '-d', 'ffi.enable=preload', '-d', "ffi.preload=$header", '-d', 'opcache.enable=1', '-d', 'opcache.preload=' . realpath(PACKAGE . '/preload.php')];
        if (posix_getuid() === 0) {
            array_push($command, '-d', 'opcache.preload_user=root');
        }
        $expected = "Stskit\\Credentials(accessKeyId={$this->emulator->key}, secretAccessKey=[hidden])\npreloaded\n"
            . "arn:aws:iam::123456789012:user/stskit\nmine\nnot for others\n";
        $this->assertSame([$expected, 0], $this->command([...$command, $page]));
        // Without it, what to do is said.
        $page = write("$this->home/page.php", '<?php require "' . PACKAGE . '/autoload.php"; try { Stskit\Stskit::credentials(); } catch (Stskit\Exception\LibraryException $e) { echo $e->getMessage(); }');
        $this->assertStringContainsString('ffi.enable', $this->command(['php-cgi', '-q', '-d', 'ffi.enable=preload', $page])[0]);
    }

    public function testThePackage(): void
    {
        $composer = ['COMPOSER_ALLOW_SUPERUSER' => '1', 'COMPOSER_HOME' => "$this->home/composer", 'COMPOSER_NO_INTERACTION' => '1'];
        [$said, $status] = $this->command(['composer', 'validate', '--strict', PACKAGE . '/composer.json'], $composer);
        $this->assertSame(0, $status, $said);
        [$said, $status] = $this->command([PACKAGE . '/build-package', "$this->home/dist", (string) realpath(Library::path())]);
        $this->assertSame(['', 0], [$said, $status]);
        $built = glob("$this->home/dist/stskit-" . Stskit::VERSION . '-*.tar.gz');
        $this->assertCount(1, $built);
        $this->assertSame(['', 0], $this->command(['tar', '-C', $this->home, '-xzf', $built[0]]));
        write("$this->home/app/composer.json", json_encode([
            'repositories' => [['type' => 'path', 'url' => "$this->home/stskit-*", 'options' => ['symlink' => false]], ['packagist.org' => false]],
            'require' => ['stskit/stskit' => Stskit::VERSION],
        ], JSON_UNESCAPED_SLASHES));
        [$said, $status] = $this->command(['composer', 'install', '--no-progress'], $composer, "$this->home/app");
        $this->assertSame(0, $status, $said);
        $this->assertFileExists("$this->home/app/vendor/stskit/stskit/native/libstskit.so");

        $this->runReadme('Example', 'Access key id');
        $this->runReadme('Tokens', 'db\.example');
        // The names of all classes are known to Composer's loader.
        $code = 'require "vendor/autoload.php"; echo Stskit\Exception\Service\ExpiredTokenException::class, class_exists(Stskit\Exception\Service\SlowDownException::class) ? 1 : 0;';
        $this->assertSame(['Stskit\Exception\Service\ExpiredTokenException1', 0], $this->command([PHP_BINARY, '-r', $code], [], "$this->home/app"));
    }

    /** The README's examples print what the README says. */
    private function runReadme(string $section, string $start): void
    {
        $readme = (string) file_get_contents(PACKAGE . '/README.md');
        preg_match("/## $section\n.*?```php\n(.*?)```/s", $readme, $code);
        preg_match("/```text\n($start.*?)```/s", $readme, $expected);
        $lines = array_filter(explode("\n", $code[1]), static fn (string $line): bool => trim($line) !== '' && $line !== '<?php');
        $this->assertLessThanOrEqual(10, count($lines));
        write("$this->home/app/example.php", $code[1]);
        $pattern = str_replace(preg_quote('2026-01-02T03:04:05+00:00'), '\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00', preg_quote($expected[1]));
        [$said, $status] = $this->command([PHP_BINARY, 'example.php'], ['STSKIT_LIBRARY' => ''], "$this->home/app");
        $this->assertSame(0, $status, $said);
        $this->assertMatchesRegularExpression("~^$pattern$~", $said);
    }
}
