# frozen_string_literal: true

# With the real aws-sdk-core: as the source of its credentials, and its names beside ours.

require_relative "support"
require "aws-sdk-core"

class AwsSdk < Case
  def aws_client(credentials)
    Aws::STS::Client.new(region: "us-east-1", endpoint: @emulator.url, credentials: credentials, retry_limit: 0)
  end

  def test_the_provider_serves
    provider = Stskit.credential_provider
    ENV.delete_if { |name, _| name.start_with?("AWS_ACCESS", "AWS_SECRET") } if provider.set?
    answer = aws_client(provider).get_caller_identity
    assert_equal "arn:aws:iam::123456789012:user/stskit", answer.arn
    assert_nil provider.expiration
    refute_includes provider.inspect, @emulator.secret
  end

  def test_a_provider_of_a_role_is_always_fresh
    role = Stskit::Session.new.with_role(role_arn: ROLE, role_session_name: "aws")
    provider = role.credential_provider
    client = aws_client(provider)
    assert_equal "arn:aws:sts::210987654321:assumed-role/demo/aws", client.get_caller_identity.arn
    assert_in_delta Time.now + 3600, provider.expiration, 120
    before = provider.credentials.access_key_id
    assert_equal before, provider.credentials.access_key_id
    provider.refresh!
    refute_equal before, provider.credentials.access_key_id
    assert_equal "arn:aws:sts::210987654321:assumed-role/demo/aws", client.get_caller_identity.arn
  end

  def test_one_generation_serves_too
    kept = Stskit.client("sts").assume_role(role_arn: ROLE, role_session_name: "kept").credentials
    made = Stskit::Credentials.new(kept.access_key_id, kept.secret_access_key, kept.session_token)
    assert_match(%r{demo/kept\z}, aws_client(made).get_caller_identity.arn)
  end

  def test_theirs_serve_here
    theirs = Aws::Credentials.new(@emulator.key, @emulator.secret)
    [theirs, -> { theirs }, Aws::AssumeRoleCredentials.new(client: aws_client(theirs), role_arn: ROLE, role_session_name: "theirs")].each do |given|
      assert_match(/arn:aws/, Stskit::Session.new(credentials: given).client("sts").get_caller_identity.arn)
    end
  end

  def test_nobody_has_credentials
    ENV.delete("AWS_ACCESS_KEY_ID")
    ENV.delete("AWS_SECRET_ACCESS_KEY")
    provider = Stskit::Session.new.credential_provider
    refute_predicate provider, :set?
    assert_raises(Stskit::Errors::NoCredentialsError) { aws_client(provider).get_caller_identity }
  end

  # Every member of every operation that both know is spelt alike.
  def test_names
    compared = 0
    { "sts" => Aws::STS, "sso" => Aws::SSO, "sso-oidc" => Aws::SSOOIDC }.each do |service, theirs|
      ours = Stskit::Services.client_class(service)
      api = theirs::Client.api
      api.operation_names.each do |method|
        operation = ours.operations.fetch(method)
        assert_equal api.operation(method).name, operation.name
        { input: operation.input, output: operation.output }.each do |side, type|
          compared += same_members(api.operation(method).public_send(side).shape, type, "#{method} #{side}")
        end
      end
    end
    assert_operator compared, :>, 100
  end

  def same_members(theirs, ours, where)
    known = ours.structure.members
    theirs.member_names.sum do |name|
      assert_includes known, name, where
      shape = theirs.member(name).shape
      shape = shape.member.shape if shape.is_a?(Seahorse::Model::Shapes::ListShape)
      inner = ours.instance_variable_get(:@types)[ours.instance_variable_get(:@members)[name]]
      inner = inner.instance_variable_get(:@item) || inner
      1 + (shape.respond_to?(:member_names) ? same_members(shape, inner, "#{where} #{name}") : 0)
    end
  end

  def test_answers_are_alike
    theirs = aws_client(Aws::Credentials.new(@emulator.key, @emulator.secret))
    ours = Stskit.client("sts")
    members = { role_arn: ROLE, role_session_name: "both", tags: [{ key: "a", value: "b" }], duration_seconds: 900 }
    one = theirs.assume_role(members).to_h
    two = ours.assume_role(members).to_h
    assert_equal kinds(one), kinds(two)
    [theirs, ours].each do |client|
      error = assert_raises(StandardError) { client.assume_role(role_arn: "arn:aws:iam::210987654321:role/denied", role_session_name: "me") }
      assert_equal "AccessDenied", error.code
      assert_equal "AccessDenied", error.class.name.split("::").last
    end
    assert_equal theirs.get_caller_identity({}).user_id, ours.get_caller_identity({}).user_id
  end

  def kinds(value)
    value.is_a?(Hash) ? value.to_h { |name, inner| [name, kinds(inner)] } : value.class
  end
end
