# frozen_string_literal: true

# What is generated, how the library is found, and the gem: built, installed elsewhere, its README run.

require_relative "support"
require "rubygems/package"

class Generated < Minitest::Test
  def test_it_is_what_the_header_says
    out, status = Open3.capture2e(RbConfig.ruby, File.join(BINDING, "generate"), "--check")
    assert_equal ["differ: none\n", 0], [out, status.exitstatus]
  end

  def test_every_function_of_the_header_is_there
    header = File.read(File.join(ROOT, "include", "stskit.h")).gsub(%r{/\*.*?\*/}m, "")
    assert_equal header.scan(/\bstskit_(\w+)\((?!\*)/).flatten.sort.uniq, Stskit::Prototypes::FUNCTIONS.keys.map(&:to_s).sort
    assert_equal header.scan(/\(\*stskit_(\w+)_callback\)\(/).flatten.sort, Stskit::Prototypes::CALLBACKS.keys.map(&:to_s).sort
    Stskit::Library.path
    Stskit::Prototypes::FUNCTIONS.each { |name, kinds| Stskit::Library.send(:attach, name, kinds) unless Stskit::Library.respond_to?(name, false) && Stskit::Library.singleton_methods.include?(name) }
  end

  # Each setter of the library is a setting here.
  def test_every_setting
    setters = Stskit::Prototypes::FUNCTIONS.keys.filter_map { |name| name[/\Aconfig_set_(.*)/, 1] }
    assert_equal setters.map { |name| name.delete_suffix("_ms").delete_suffix("_callback") }.sort, Stskit::Settings.names.map(&:to_s).sort
    values = { retry_mode: "legacy", endpoint_url: { sts: "http://localhost:1" }, proxies: { http: nil }, mfa: ->(_) { "1" },
               max_attempts: 2, max_response_bytes: 4096, connect_timeout: 1.5, read_timeout: 2, operation_timeout: 3r }
    Stskit::Settings.names.each do |name|
      flag = name.to_s.start_with?("use_", "sts_", "retries", "correct")
      Stskit::Settings.build(name => values.fetch(name) { flag ? true : "x" })
    end
  end

  def test_the_version
    assert_equal File.read(File.join(ROOT, "Cargo.toml"))[/^version = "(.*)"/, 1], Stskit::VERSION
    assert_equal Stskit::VERSION, Stskit.library_version
    assert_equal Stskit::Library::ABI, File.read(File.join(ROOT, "include", "stskit.h"))[/#define STSKIT_ABI_VERSION (\d+)/, 1].to_i
  end
end

class Loading < Minitest::Test
  def refused(path)
    code = "begin; require 'stskit'; Stskit.credentials; rescue LoadError => e; puts e.message; end"
    Open3.capture2e({ "STSKIT_LIBRARY" => path }, RbConfig.ruby, "-I", File.join(BINDING, "lib"), "-e", code).first
  end

  def test_a_file_that_is_not_there
    assert_match(%r{\Athe stskit library was not found: .*STSKIT_LIBRARY.*/nowhere/libstskit\.so}, refused("/nowhere/libstskit.so"))
  end

  def test_another_library
    Dir.mktmpdir do |folder|
      { "int stskit(void) { return 0; }" => "is another library",
        "unsigned stskit_abi_version(void) { return 99; }" => "has ABI 99, this binding wants 1" }.each do |source, said|
        path = File.join(folder, "libother#{said.hash}.so")
        Open3.capture2e("cc", "-shared", "-fPIC", "-x", "c", "-o", path, "-", stdin_data: source)
        assert_includes refused(path), "#{path}: #{said}"
      end
    end
  end
end

class ThePackage < Case
  def test_it_is_built_installed_and_used
    Dir.mktmpdir do |folder|
      library = File.realpath(Stskit::Library.path)
      out, status = Open3.capture2e(File.join(BINDING, "build-gem"), File.join(folder, "dist"), library)
      assert_predicate status, :success?, out
      built = Dir[File.join(folder, "dist", "*.gem")]
      assert_equal ["stskit-#{Stskit::VERSION}-#{Gem::Platform.local}.gem"], built.map { |path| File.basename(path) }
      spec = Gem::Package.new(built.first).spec
      assert_equal [["ffi", "~> 1.15"]], spec.runtime_dependencies.map { |one| [one.name, one.requirement.to_s] }
      %w[lib/stskit.rb lib/stskit/prototypes.rb native/libstskit.so README.md].each { |name| assert_includes spec.files, name }
      gems = File.join(folder, "gems")
      out, status = Open3.capture2e(RbConfig.ruby, "-S", "gem", "install", "-q", "--local", "--no-document", "--install-dir", gems, "--ignore-dependencies", built.first)
      assert_predicate status, :success?, out
      run_readme(gems, "Example", "Access key id")
      run_readme(gems, "Tokens", "db.example")
    end
  end

  # The README's example prints what the README says.
  def run_readme(gems, section, start)
    readme = File.read(File.join(BINDING, "README.md"))
    code = readme[/## #{section}\n.*?```ruby\n(.*?)```/m, 1]
    expected = readme[/```text\n(#{start}.*?)```/m, 1]
    assert_operator code.lines.reject { |line| line.strip.empty? }.size, :<=, 10
    variables = { **clean_environment, **base_environment(@home, @emulator.url), "AWS_ACCESS_KEY_ID" => @emulator.key,
                  "AWS_SECRET_ACCESS_KEY" => @emulator.secret, "GEM_PATH" => [gems, *Gem.path].join(":"), "STSKIT_LIBRARY" => "" }
    out, problems, status = Open3.capture3(variables, RbConfig.ruby, "-e", code, chdir: @home)
    assert_equal ["", 0], [problems, status.exitstatus]
    pattern = Regexp.escape(expected)
    pattern = pattern.sub(Regexp.escape("2026-01-02 03:04:05 UTC"), '\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC')
    assert_match(/\A#{pattern}\z/, out)
  end
end
