# Every example of the help is run, each in a copy of one prepared store and folder.
BeforeDiscovery {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'MeshSecrets.psd1') -Force
    $cmdlets = Get-Command -Module MeshSecrets | ForEach-Object { @{ Name = $_.Name } }
}

BeforeAll {
    $root = Split-Path (Split-Path $PSScriptRoot)
    Import-Module (Join-Path $root 'MeshSecrets.psd1') -Force

    # An editor that saves what it was shown.
    $keptEditor = $env:VISUAL
    $env:VISUAL = $IsWindows ? 'rem' : 'true'

    # The examples ask for passwords; nobody is there to type one.
    $global:examplePassword = ConvertTo-SecureString 'typed by nobody' -AsPlainText
    function global:Read-Host { param($Prompt, [switch] $AsSecureString) $global:examplePassword }

    # An authority as others make it, with one below it.
    function New-ForeignAuthority([string] $Folder) {
        $until = [datetimeoffset]::UtcNow.AddYears(4)
        $make = {
            param($subject, $key)
            $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new($subject, $key, 'SHA256')
            $request.CertificateExtensions.Add([Security.Cryptography.X509Certificates.X509BasicConstraintsExtension]::new($true, $false, 0, $true))
            $request.CertificateExtensions.Add([Security.Cryptography.X509Certificates.X509KeyUsageExtension]::new('KeyCertSign, CrlSign', $true))
            $request.CertificateExtensions.Add([Security.Cryptography.X509Certificates.X509SubjectKeyIdentifierExtension]::new($request.PublicKey, $false))
            $request
        }
        $curve = [Security.Cryptography.ECCurve+NamedCurves]::nistP256
        $rootKey = [Security.Cryptography.ECDsa]::Create($curve)
        $rootCertificate = (& $make 'CN=Legacy Root' $rootKey).CreateSelfSigned([datetimeoffset]::UtcNow.AddDays(-1), $until)
        $key = [Security.Cryptography.ECDsa]::Create($curve)
        $certificate = (& $make 'CN=Legacy Intermediate' $key).Create($rootCertificate, [datetimeoffset]::UtcNow.AddDays(-1), $until, [byte[]](1..9))
        Set-Content (Join-Path $Folder 'ca.crt') $rootCertificate.ExportCertificatePem()
        Set-Content (Join-Path $Folder 'ca.key') $rootKey.ExportPkcs8PrivateKeyPem()
        Set-Content (Join-Path $Folder 'intermediate.crt') $certificate.ExportCertificatePem()
        Set-Content (Join-Path $Folder 'intermediate.key') $key.ExportPkcs8PrivateKeyPem()
        [IO.File]::WriteAllBytes((Join-Path $Folder 'ca.p12'), $rootCertificate.Export('Pkcs12', $global:examplePassword))
    }

    # Where an installed module is found by runspaces that have not imported it.
    $keptModulePath = $env:PSModulePath
    $modules = (New-Item -ItemType Directory (Join-Path $TestDrive 'modules')).FullName
    $null = New-Item -ItemType ($IsWindows ? 'Junction' : 'SymbolicLink') (Join-Path $modules 'MeshSecrets') -Target $root
    $env:PSModulePath = $modules + [IO.Path]::PathSeparator + $env:PSModulePath

    # What the examples find: authorities, TLS keys and secrets of a small shop, and files.
    $keptStore = $env:MESHSECRETS_STORE
    $folder = (New-Item -ItemType Directory (Join-Path $TestDrive 'prepared')).FullName
    $env:MESHSECRETS_STORE = Join-Path $folder 'store'
    Push-Location $folder
    try {
        $null = New-MeshCa root-ca
        $null = New-MeshCa mesh-ca -Issuer root-ca
        $null = New-MeshTlsKey web -Issuer mesh-ca -DnsName web.shop.svc -Label @{ team = 'shop' }
        $null = New-MeshTlsKey cart -Issuer mesh-ca -DnsName cart.shop.svc -Label @{ team = 'shop' }
        $null = New-MeshTlsKey gateway -Namespace istio-system -Issuer mesh-ca -DnsName shop.example
        $null = New-MeshSecret registry-token 'first' -Label @{ team = 'shop'; stage = 'test' }
        Set-MeshSecret registry-token 'second'
        $null = New-MeshSecret db -Data @{ user = 'app'; password = 'none' }
        Move-Item (Export-MeshTlsKey web ./web-files -IncludePrivateKey | Where-Object Name -Like 'tls.*') . -PassThru |
            Rename-Item -NewName { $_.Name -replace '^tls', 'web' }
        $null = Export-MeshTlsKey web -Pkcs12Path ./web.p12 -Password $global:examplePassword -IncludePrivateKey
        $null = New-MeshCertificateRequest web -OutFile ./web.csr
        New-ForeignAuthority $folder
        Copy-Item ./web.crt (New-Item -ItemType Directory ./certs)
        $null = New-Item -ItemType Directory ./config, ./usb
        Set-Content ./config/app.json '{}'
        Set-Content ./tokens.csv "Name,Value`none,1`ntwo,2"
        $tls = (Get-Content ./web.crt, ./web.key -Raw).ForEach({ [Convert]::ToBase64String([Text.Encoding]::ASCII.GetBytes($_)) })
        Set-Content ./secrets.yaml @"
apiVersion: v1
kind: Secret
metadata: { name: api-token, namespace: shop }
type: Opaque
data: { token: bm9uZQ== }
---
apiVersion: v1
kind: Secret
metadata: { name: shop-cert, namespace: istio-system }
type: kubernetes.io/tls
data: { tls.crt: $($tls[0]), tls.key: $($tls[1]) }
"@
    }
    finally {
        Disconnect-MeshStore *
        Pop-Location
    }

    # As much of an API server as connecting and watching ask for (one TLS key, which changes once), and a kubeconfig that names it.
    $socket = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
    $socket.Start()
    $address = "http://127.0.0.1:$($socket.LocalEndpoint.Port)/"
    $socket.Stop()
    $api = [Net.HttpListener]::new()
    $api.Prefixes.Add($address)
    $api.Start()
    $apiServer = [powershell]::Create().AddScript({
        param($api)
        $ascii = [Text.Encoding]::ASCII
        $version = '{"major":"1","minor":"20","gitVersion":"v1.20.2"}'
        $columns = '"columnDefinitions":[{"name":"Name"},{"name":"Type"}]'
        $object = {
            $notes = [ordered]@{ 'not-before' = '2026-01-01T00:00:00Z'; 'not-after' = '2026-02-01T00:00:00Z' }
            'fingerprint-sha256', 'subject', 'issuer', 'serial-number', 'key-algorithm' | ForEach-Object { $notes[$_] = '1' }
            '{"metadata":{"name":"web","namespace":"shop","uid":"1","resourceVersion":"' + $args[0] + '","labels":{"team":"shop"},' +
            '"annotations":{' + ($notes.Keys.ForEach({ "`"certificate.meshsecrets.io/$_`":`"$($notes[$_])`"" }) -join ',') + '},' +
            '"managedFields":[{"manager":"meshsecrets","operation":"Apply","fieldsV1":{"f:data":{"f:tls.crt":{}},"f:metadata":{"f:annotations":{' +
            ($notes.Keys.ForEach({ "`"f:certificate.meshsecrets.io/$_`":{}" }) -join ',') + '}}}}]},"type":"kubernetes.io/tls"}'
        }
        $row = { '{"cells":["web","kubernetes.io/tls"],"object":' + (& $object $args[0]) + '}' }
        while ($api.IsListening) {
            $context = $api.GetContext()
            $context.Response.ContentType = 'application/json'
            $query = $context.Request.Url.Query
            if ($query -like '*watch=1*') {
                $context.Response.SendChunked = $true
                $event = $query -like '*resourceVersion=1&*' ? '{"type":"MODIFIED","object":{' + $columns + ',"rows":[' + (& $row 2) + ']}}' : '{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"2"}}}'
                $line = $ascii.GetBytes("$event`n")
                $context.Response.OutputStream.Write($line, 0, $line.Length)
                $context.Response.OutputStream.Flush() # It stays open, as watches do.
            }
            else {
                $answer = $query -like '*limit=*' ? '{"metadata":{"resourceVersion":"1"},' + $columns + ',"rows":[' + (& $row 1) + '],"items":[' + ((& $object 1) -replace '2026-02-01', '2099-02-01') + ']}' # What is watched ends; what is listed for renewal is not due.
                    : $context.Request.Url.AbsolutePath -like '*/secrets/web' ? (& $object 1)
                    : $version
                $context.Response.Close($ascii.GetBytes($answer), $true)
            }
        }
    }).AddArgument($api)
    $null = $apiServer.BeginInvoke()
    $keptKubeconfig = $env:KUBECONFIG
    $env:KUBECONFIG = Join-Path $TestDrive 'kubeconfig'
    Set-Content $env:KUBECONFIG "clusters: [{name: c, cluster: {server: '$address'}}]`ncontexts: [{name: prod, context: {cluster: c}}, {name: test, context: {cluster: c}}]`ncurrent-context: test"
    Copy-Item $env:KUBECONFIG (Join-Path $folder 'team.kubeconfig')

    # A TLS server for the one example that asks one.
    $listener = [Net.Sockets.TcpListener]::new([Net.IPAddress]::Loopback, 0)
    $listener.Start()
    $server = [powershell]::Create().AddScript({
        param($listener, $pkcs12, $password)
        $certificate = [Security.Cryptography.X509Certificates.X509Certificate2]::new($pkcs12, $password)
        $client = $listener.AcceptTcpClient()
        $stream = [Net.Security.SslStream]::new($client.GetStream())
        $stream.AuthenticateAsServer($certificate)
        $null = $stream.ReadByte()
        $client.Dispose()
    }).AddArgument($listener).AddArgument((Join-Path $folder 'web.p12')).AddArgument($global:examplePassword)
    $null = $server.BeginInvoke()
}

AfterAll {
    $listener.Stop()
    $server.Dispose()
    $api.Close()
    $apiServer.Dispose()
    $env:KUBECONFIG = $keptKubeconfig
    $env:MESHSECRETS_STORE = $keptStore
    $env:VISUAL = $keptEditor
    $env:PSModulePath = $keptModulePath
    Remove-Item function:global:Read-Host
    Remove-Variable examplePassword -Scope Global
}

Describe 'The examples of <Name>' -ForEach $cmdlets {
    It 'run as they are written' {
        $number = 0
        foreach ($example in (Get-Help $Name).examples.example) {
            $number++
            $copy = Join-Path $TestDrive "$Name-$number"
            Copy-Item $folder $copy -Recurse
            $env:MESHSECRETS_STORE = Join-Path $copy 'store'
            Push-Location $copy
            try {
                $code = $example.code.Replace('shop.example:443', "localhost:$($listener.LocalEndpoint.Port)")
                { & ([scriptblock]::Create("`$ErrorActionPreference = 'Stop'`n$code")) } | Should -Not -Throw -Because $example.title
            }
            finally {
                Disconnect-MeshStore *
                Pop-Location
            }
        }

        $number | Should -BeGreaterOrEqual 3
    }
}
