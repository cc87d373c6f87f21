# Connecting to a real cluster as a user does it, and as kubectl does it with the same file.
BeforeAll {
    . (Join-Path $PSScriptRoot 'Kubernetes.Cluster.ps1')
    $cluster = Get-TestCluster
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'MeshSecrets.psd1') -Force
    $kept = $env:MESHSECRETS_STORE, $env:KUBECONFIG
    $env:MESHSECRETS_STORE = Join-Path $TestDrive 'store'
    $command = 'MeshSecrets.Commands.ConnectMeshStoreCommand'

    # A kubeconfig of the cluster with one context, test.
    function New-Kubeconfig([string] $User, [string] $Server = (Get-TestServer $cluster), [string] $Authority, [string] $More = '', [string] $Namespace = 'default') {
        if (-not $Authority) { $Authority = Get-Content -Raw (Join-Path $cluster.Folder 'pki/ca.crt') }
        $file = Join-Path $TestDrive "$([guid]::NewGuid()).kubeconfig"
        $data = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($Authority))
        Set-Content $file @"
clusters: [{name: test, cluster: {server: '$Server', certificate-authority-data: $data$More}}]
users: [{name: tester, user: $User}]
contexts: [{name: test, context: {cluster: test, user: tester, namespace: $Namespace}}]
current-context: test
"@
        if (-not $IsWindows) { chmod 600 $file }
        $file
    }

    function Get-Token([string] $Name) { (Get-Content -Raw (Join-Path $cluster.Folder "tokens/$Name")).Trim() }

    function Get-Failure([scriptblock] $Script) {
        try { $null = & $Script 2>&1 | Tee-Object -Variable all } catch { return $_ }
        $all | Where-Object { $_ -is [Management.Automation.ErrorRecord] }
    }
}

AfterAll {
    Get-MeshStore | Disconnect-MeshStore
    $env:MESHSECRETS_STORE, $env:KUBECONFIG = $kept
    Remove-TestCluster $cluster
}

Describe 'Connect-MeshStore -Kubernetes' {
    BeforeEach {
        Skip-WithoutCluster $cluster -Own
        Get-MeshStore | Disconnect-MeshStore
        $env:KUBECONFIG = $null
    }

    It 'connects the current context of a kubeconfig, and keeps secrets where kubectl finds them' {
        $namespace = New-TestNamespace $cluster
        $file = New-Kubeconfig "{token: $(Get-Token token-admin)}" -Namespace $namespace
        $store = Connect-MeshStore -Kubernetes -Kubeconfig $file
        "$($store.Name) $($store.Kind) $($store.IsDefault)" | Should -Be 'test Kubernetes True'
        $store.Location | Should -Be "$(Get-TestServer $cluster)/#test"
        (Get-MeshStore test) | Should -Be $store
        $null = New-MeshSecret hello 'world'
        $text = Invoke-Kubectl $cluster get, secret, hello, -o, 'jsonpath={.data.value}' -KubeconfigPath $file
        [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($text)) | Should -Be 'world'
    }

    It 'connects a context twice under two names, each with its own namespace and rights' {
        $here, $there = (New-TestNamespace $cluster), (New-TestNamespace $cluster)
        $a = Connect-MeshStore -Kubernetes -Kubeconfig $cluster.KubeconfigPath -Namespace $here -Name a
        $b = Connect-MeshStore -Kubernetes -Kubeconfig $cluster.KubeconfigPath -Namespace $there -Name b -ForceConflicts -NoDefault
        (Get-MeshStore).Name | Should -Be 'a', 'b'
        $a.IsDefault, $b.IsDefault | Should -Be $true, $false
        (New-MeshSecret one x -Store $a).Namespace | Should -Be $here
        (New-MeshSecret two x -Store b).Namespace | Should -Be $there
        (New-MeshSecret three x).Namespace | Should -Be $here
        $again = Connect-MeshStore -Kubernetes -Kubeconfig $cluster.KubeconfigPath -Namespace $there -Name a -NoDefault
        [object]::ReferenceEquals($again, $a) | Should -BeTrue -Because 'the same name is the same connection, made anew'
        (New-MeshSecret four x -Store $a).Namespace | Should -Be $there
    }

    It 'reads with -Mesh where it writes with -Mesh' {
        $here, $control = (New-TestNamespace $cluster), (New-TestNamespace $cluster)
        $null = Connect-MeshStore -Kubernetes -Kubeconfig $cluster.KubeconfigPath -Namespace $here -MeshNamespace $control
        $null = New-MeshSecret kt x -Mesh default
        (Get-MeshSecret -Mesh default).Namespace | Should -Be $control
        (Get-MeshSecret kt -Mesh default).Type | Should -Be 'system.kuma.io/secret'
        Get-MeshSecret | Where-Object Name -EQ kt | Should -BeNullOrEmpty
    }

    It 'takes contexts out of the list in KUBECONFIG, and completes them' {
        $alice = Join-Path $cluster.Folder 'alice.kubeconfig'
        $env:KUBECONFIG = (Join-Path $TestDrive 'none'), (New-Kubeconfig "{token: $(Get-Token token-admin)}"), $alice -join [IO.Path]::PathSeparator
        (Connect-MeshStore -Kubernetes).Name | Should -Be 'test'
        (Connect-MeshStore -Kubernetes -Context alice).Name | Should -Be 'alice'
        $line = 'Connect-MeshStore -Kubernetes -Context a'
        (TabExpansion2 $line $line.Length).CompletionMatches.CompletionText | Should -Be 'alice'
        $failure = Get-Failure { Connect-MeshStore -Kubernetes -Context none }
        $failure.FullyQualifiedErrorId | Should -Be "KubeconfigContextNotFound,$command"
        "$failure" | Should -BeLike "*'alice', 'test'*"
    }

    It 'is refused what kubectl is refused' {
        $alice = Join-Path $cluster.Folder 'alice.kubeconfig'
        $null = Connect-MeshStore -Kubernetes -Kubeconfig $alice
        "$(Get-Failure { Get-MeshSecret })" | Should -BeLike "*alice*list*secrets*"
        { Invoke-Kubectl $cluster get, secrets -KubeconfigPath $alice } | Should -Throw '*"alice"*list*'
    }

    It 'acts for another user' {
        $admin = $cluster.KubeconfigPath
        $null = Connect-MeshStore -Kubernetes -Kubeconfig $admin -ImpersonateUser alice -Name asalice
        "$(Get-Failure { Get-MeshSecret })" | Should -BeLike '*alice*'
        $namespace = New-TestNamespace $cluster
        $null = Invoke-Kubectl $cluster create, rolebinding, readers, --clusterrole=admin, --group=readers, -n, $namespace
        $null = Connect-MeshStore -Kubernetes -Kubeconfig $admin -ImpersonateUser alice -ImpersonateGroup readers -Namespace $namespace
        Get-MeshSecret | Should -Not -BeNullOrEmpty
        (Get-Failure { Connect-MeshStore -Kubernetes -Kubeconfig $admin -ImpersonateGroup readers }).FullyQualifiedErrorId | Should -Be "KubernetesImpersonatedUserMissing,$command"
    }

    It 'says what is wrong with certificates' {
        $key = [Security.Cryptography.ECDsa]::Create([Security.Cryptography.ECCurve+NamedCurves]::nistP256)
        $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=another-ca', $key, 'SHA256')
        $other = $request.CreateSelfSigned([datetimeoffset]::UtcNow.AddDays(-1), [datetimeoffset]::UtcNow.AddDays(1)).ExportCertificatePem()
        $token = "{token: $(Get-Token token-admin)}"
        $failure = Get-Failure { Connect-MeshStore -Kubernetes -Kubeconfig (New-Kubeconfig $token -Authority $other) }
        $failure.FullyQualifiedErrorId | Should -Be "KubernetesAuthorityUnknown,$command"
        $failure = Get-Failure { Connect-MeshStore -Kubernetes -Kubeconfig (New-Kubeconfig $token -More ', tls-server-name: elsewhere.example') }
        $failure.FullyQualifiedErrorId | Should -Be "KubernetesNameMismatch,$command"
        "$failure" | Should -BeLike '*elsewhere.example*kubernetes.default*tls-server-name*'
        (Connect-MeshStore -Kubernetes -Kubeconfig (New-Kubeconfig $token -More ', tls-server-name: kubernetes.default.svc')).Name | Should -Be 'test'
        Get-MeshStore | Should -HaveCount 1
    }

    It 'says when a client certificate expired, before anything is sent' {
        $authority = [Security.Cryptography.X509Certificates.X509Certificate2]::CreateFromPemFile("$($cluster.Folder)/pki/ca.crt", "$($cluster.Folder)/pki/ca.key")
        $key = [Security.Cryptography.ECDsa]::Create([Security.Cryptography.ECCurve+NamedCurves]::nistP256)
        $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=late', $key, 'SHA256')
        $generator = [Security.Cryptography.X509Certificates.X509SignatureGenerator]::CreateForECDsa([Security.Cryptography.X509Certificates.ECDsaCertificateExtensions]::GetECDsaPrivateKey($authority))
        $certificate = $request.Create($authority.SubjectName, $generator, [datetimeoffset]::UtcNow.AddDays(-2), [datetimeoffset]::UtcNow.AddDays(-1), [byte[]](1..9))
        Set-Content (Join-Path $TestDrive 'late.crt') $certificate.ExportCertificatePem()
        Set-Content (Join-Path $TestDrive 'late.key') $key.ExportPkcs8PrivateKeyPem()
        $failure = Get-Failure { Connect-MeshStore -Kubernetes -Kubeconfig (New-Kubeconfig '{client-certificate: late.crt, client-key: late.key}') 3>$null }
        $failure.FullyQualifiedErrorId | Should -Be "KubernetesClientCertificateExpired,$command"
        "$failure" | Should -BeLike "*late.crt*$($certificate.NotAfter.ToUniversalTime().ToString('u'))*"
    }

    It 'says that a token is refused' {
        $failure = Get-Failure { Connect-MeshStore -Kubernetes -Kubeconfig (New-Kubeconfig '{token: never-issued-1234}') }
        $failure.FullyQualifiedErrorId | Should -Be "KubernetesUnauthorized,$command"
        "$failure" | Should -Not -BeLike '*never-issued*'
        Get-MeshStore | Should -BeNullOrEmpty
    }

    It 'reads a token file again when its token is refused' {
        $token = Join-Path $TestDrive 'token'
        Set-Content $token (Get-Token bob)
        chmod 600 $token
        $null = Connect-MeshStore -Kubernetes -Kubeconfig (New-Kubeconfig '{tokenFile: token}')
        "$(Get-Failure { Get-MeshSecret })" | Should -BeLike '*bob*'
        Set-Content $token 'revoked'
        $null = Connect-MeshStore -Kubernetes -Kubeconfig (New-Kubeconfig '{tokenFile: token}') -ErrorAction SilentlyContinue
        Set-Content $token (Get-Token token-admin)
        $null = Connect-MeshStore -Kubernetes -Kubeconfig (New-Kubeconfig '{tokenFile: token}')
        Get-MeshSecret | Should -Not -BeNullOrEmpty
    }

    It 'asks a credential plugin once for many commands' {
        $calls = Join-Path $TestDrive 'calls'
        $plugin = Join-Path $TestDrive 'plugin.sh'
        Set-Content $plugin "#!/bin/sh`necho called >> '$calls'`necho '{`"apiVersion`":`"client.authentication.k8s.io/v1beta1`",`"kind`":`"ExecCredential`",`"status`":{`"token`":`"$(Get-Token token-admin)`"}}'"
        chmod 700 $plugin
        $file = New-Kubeconfig '{exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: ./plugin.sh}}'
        $store = Connect-MeshStore -Kubernetes -Kubeconfig $file
        1..5 | ForEach-Object { Get-MeshSecret -Store $store } | Should -Not -BeNullOrEmpty
        Get-Content $calls | Should -HaveCount 1
        (Invoke-Kubectl $cluster get, secrets, -A, -o, name -KubeconfigPath $file) | Should -Not -BeNullOrEmpty
        Get-Content $calls | Should -HaveCount 2
    }

    It 'lets a credential plugin that needs a terminal ask there, and does not start it where there is none' {
        if (-not (Get-Command script -CommandType Application -ErrorAction Ignore)) { Set-ItResult -Skipped -Because 'script (util-linux) makes the terminal' }
        $plugin = Join-Path $TestDrive 'ask.sh'
        Set-Content $plugin (@'
#!/bin/sh
echo >> 'FOLDER/started'
[ -t 0 ] && [ -t 2 ] || exit 9
printf 'The token, please: ' >&2
echo > 'FOLDER/asked'
read -r token
case "$KUBERNETES_EXEC_INFO" in *'"interactive":true'*) ;; *) exit 8 ;; esac
printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}' "$token"
'@ -replace 'FOLDER', $TestDrive)
        chmod 700 $plugin
        mkfifo "$TestDrive/asked"
        $file = New-Kubeconfig '{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./ask.sh, interactiveMode: Always}}'
        Set-Content "$TestDrive/use.ps1" "
            `$ErrorActionPreference = 'Stop'
            Import-Module '$root/MeshSecrets.psd1'
            try { `$null = Connect-MeshStore -Kubernetes -Kubeconfig '$file'; `$null = Get-MeshSecret; 'connected' } catch { `$_.FullyQualifiedErrorId }"
        $pwsh = (Get-Process -Id $PID).Path

        bash -c "'$pwsh' -NoProfile -File '$TestDrive/use.ps1' < /dev/null" | Should -Be "KubernetesExecInteractive,$command"
        "$TestDrive/started" | Should -Not -Exist

        # The answer is typed when it is asked for.
        $env:ANSWER = Get-Token token-admin
        try { $said = timeout 60 bash -c "(read -r _ < '$TestDrive/asked'; printf '%s\n' `"`$ANSWER`") | script -qec `"'$pwsh' -NoProfile -File '$TestDrive/use.ps1'`" /dev/null" }
        finally { $env:ANSWER = $null }
        "$said" | Should -Match 'The token, please: .*connected'
        Get-Content "$TestDrive/started" | Should -HaveCount 1
    }

    It 'goes through the proxy that the kubeconfig names' {
        $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
        $listener.Start()
        $seen = [Collections.Concurrent.ConcurrentQueue[string]]::new()
        $proxy = [powershell]::Create().AddScript({
            param($listener, $seen)
            while ($true) {
                $near = $listener.AcceptTcpClient()
                $stream = $near.GetStream()
                $head = [Text.StringBuilder]::new()
                while ("$head" -notlike "*`r`n`r`n") { $null = $head.Append([char]$stream.ReadByte()) }
                $target = "$head".Split(' ')[1]
                $seen.Enqueue($target)
                $far = [Net.Sockets.TcpClient]::new('127.0.0.1', [int]$target.Split(':')[-1])
                $stream.Write([Text.Encoding]::ASCII.GetBytes("HTTP/1.1 200 OK`r`n`r`n"))
                $null = $stream.CopyToAsync($far.GetStream())
                $null = $far.GetStream().CopyToAsync($stream)
            }
        }).AddArgument($listener).AddArgument($seen)
        $null = $proxy.BeginInvoke()
        try {
            $null = Connect-MeshStore -Kubernetes -Kubeconfig (New-Kubeconfig "{token: $(Get-Token token-admin)}" -More ", proxy-url: 'http://127.0.0.1:$($listener.LocalEndpoint.Port)'")
            Get-MeshSecret | Should -Not -BeNullOrEmpty
            $seen | Should -Contain ([uri](Get-TestServer $cluster)).Authority
        }
        finally {
            Disconnect-MeshStore *
            $listener.Stop()
            $proxy.Dispose()
        }
    }

    It 'replaces the connection of the same context and name' {
        $first = Connect-MeshStore -Kubernetes -Kubeconfig $cluster.KubeconfigPath -Name two
        $again = Connect-MeshStore -Kubernetes -Kubeconfig $cluster.KubeconfigPath -Name two -NoDefault
        $again | Should -Be $first
        Get-MeshStore | Should -HaveCount 1
        Get-MeshSecret -Store $first | Should -Not -BeNullOrEmpty
        $failure = Get-Failure { Connect-MeshStore (Join-Path $TestDrive 'folder') -Create -Name two }
        $failure.FullyQualifiedErrorId | Should -Be "StoreNameTaken,$command"
    }

    It 'says how to connect again what was disconnected' {
        $store = Connect-MeshStore -Kubernetes -Kubeconfig $cluster.KubeconfigPath
        $context = $store.Name
        $store | Disconnect-MeshStore
        $failure = Get-Failure { Get-MeshSecret -Store $store }
        $failure.FullyQualifiedErrorId | Should -BeLike 'StoreDisconnected,*'
        "$failure" | Should -BeLike "*Connect-MeshStore -Kubernetes -Context '$context'*"
    }

    It 'lists the namespaces named, and no others' {
        $one = New-TestNamespace $cluster
        $two = New-TestNamespace $cluster
        $null = Connect-MeshStore -Kubernetes -Kubeconfig $cluster.KubeconfigPath -Namespace $one, $two
        Get-MeshSecret | ForEach-Object Namespace | Sort-Object -Unique | Should -Be (@($one, $two) | Sort-Object)
        (New-MeshSecret here 'x').Namespace | Should -Be $one
    }

    It 'tells of each request in the verbose lines of the cmdlet that made it, and of nothing in them' {
        $namespace = New-TestNamespace $cluster
        $said = Connect-MeshStore -Kubernetes -Kubeconfig $cluster.KubeconfigPath -Namespace $namespace -Verbose 4>&1 | Where-Object { $_ -is [Management.Automation.VerboseRecord] }
        $said.Message | Should -Contain ($said.Message -like 'POST /apis/authorization.k8s.io/v1/selfsubjectaccessreviews: 201 in * ms')[0]
        $said = New-MeshSecret quiet 'hunter2-hunter2' -Verbose 4>&1 | Where-Object { $_ -is [Management.Automation.VerboseRecord] }
        "$($said.Message)" | Should -BeLike "*/api/v1/namespaces/$namespace/secrets*20? in * ms*"
        "$($said.Message)" | Should -Not -BeLike '*hunter2*'
        $all = Get-MeshSecret -Verbose 4>&1
        "$(($all | Where-Object { $_ -is [Management.Automation.VerboseRecord] }).Message)" | Should -BeLike 'GET *secrets*200 in * ms*'
        ($all | Where-Object { $_ -isnot [Management.Automation.VerboseRecord] }).Name | Where-Object { $_ -eq 'quiet' } | Should -HaveCount 1
        Get-MeshSecret 4>&1 | Where-Object { $_ -is [Management.Automation.VerboseRecord] } | Should -BeNullOrEmpty
    }

    It 'does not mix clusters with folders' {
        { Connect-MeshStore -Kubernetes -Path x } | Should -Throw -ErrorId "AmbiguousParameterSet,$command"
        { Connect-MeshStore -Kubernetes -InCluster -Context x } | Should -Throw -ErrorId "AmbiguousParameterSet,$command"
    }
}

Describe 'Connect-MeshStore without a cluster' {
    It 'says where it looked for a kubeconfig' {
        $env:KUBECONFIG = Join-Path $TestDrive 'nowhere'
        $failure = Get-Failure { Connect-MeshStore -Kubernetes }
        $failure.FullyQualifiedErrorId | Should -Be "KubeconfigNotFound,$command"
        "$failure" | Should -BeLike "*$env:KUBECONFIG*"
    }

    It 'says that this is no Pod' {
        (Get-Failure { Connect-MeshStore -InCluster }).FullyQualifiedErrorId | Should -Be "KubernetesInClusterMissing,$command"
    }

    It 'refuses <Parameters> before it asks anybody' -ForEach @(
        @{ Parameters = @{ Namespace = 'shop', 'Bad_NS' } }
        @{ Parameters = @{ Namespace = 'sh*p' } }
        @{ Parameters = @{ Namespace = 'a.b' } }
        @{ Parameters = @{ Namespace = 'x' * 64 } }
        @{ Parameters = @{ MeshNamespace = 'Kuma' } }
    ) {
        $file = Join-Path $TestDrive 'config'
        Set-Content $file "clusters: [{name: c, cluster: {server: 'https://127.0.0.1:1'}}]`ncontexts: [{name: x, context: {cluster: c}}]`ncurrent-context: x"
        $failure = Get-Failure { Connect-MeshStore -Kubernetes -Kubeconfig $file @Parameters }
        $failure.FullyQualifiedErrorId | Should -Be "NamespaceInvalid,$command"
        "$failure" | Should -BeLike '*at most 63 lowercase letters*'
    }

    It 'gives up at once on a server that is not there' {
        $file = Join-Path $TestDrive 'config'
        Set-Content $file "clusters: [{name: c, cluster: {server: 'https://127.0.0.1:1'}}]`ncontexts: [{name: x, context: {cluster: c}}]`ncurrent-context: x"
        $failure = Get-Failure { Connect-MeshStore -Kubernetes -Kubeconfig $file }
        $failure.FullyQualifiedErrorId | Should -Be "KubernetesConnectionRefused,$command"
    }
}
