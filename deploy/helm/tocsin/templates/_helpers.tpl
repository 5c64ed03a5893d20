{{- define "tocsin.fullname" -}}
{{- if contains "tocsin" .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-tocsin" .Release.Name | trunc 40 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "tocsin.image" -}}
{{- with .Values.image }}{{ .repository }}{{ if .digest }}@{{ .digest }}{{ else }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}{{ end }}
{{- end }}

{{- /* What selects the pods of a process: {root, name}. It can't be changed by an upgrade. */ -}}
{{- define "tocsin.selector" -}}
app.kubernetes.io/name: tocsin
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .name }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end }}

{{- define "tocsin.labels" -}}
{{ include "tocsin.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end }}

{{- define "tocsin.brandsMap" -}}
{{ .Values.brands.existingConfigMap | default (printf "%s-brands" (include "tocsin.fullname" .)) }}
{{- end }}

{{- define "tocsin.routesMap" -}}
{{ .Values.routes.existingConfigMap | default (printf "%s-routes" (include "tocsin.fullname" .)) }}
{{- end }}

{{- define "tocsin.hasRoutes" -}}
{{- if or .Values.routes.content .Values.routes.existingConfigMap }}yes{{ end }}
{{- end }}

{{- /* What can only be seen by comparing values. */ -}}
{{- define "tocsin.check" -}}
{{- if not (or .Values.brands.content .Values.brands.existingConfigMap) }}
{{- fail "no brands: give the file with --set-file brands.content=brands.yaml, or name brands.existingConfigMap" }}
{{- end }}
{{- if gt (int .Values.worker.replicas) (int .Values.partitions) }}
{{- fail (printf "worker.replicas is %d, but of %d partitions no more than %d workers can have one" (int .Values.worker.replicas) (int .Values.partitions) (int .Values.partitions)) }}
{{- end }}
{{- with .Values.worker.autoscaling }}
{{- if and .enabled (gt (int .maxReplicas) (int $.Values.partitions)) }}
{{- fail (printf "worker.autoscaling.maxReplicas is %d, but of %d partitions no more than %d workers can have one" (int .maxReplicas) (int $.Values.partitions) (int $.Values.partitions)) }}
{{- end }}
{{- if and .enabled (gt (int .minReplicas) (int .maxReplicas)) }}
{{- fail "worker.autoscaling.minReplicas is larger than maxReplicas" }}
{{- end }}
{{- end }}
{{- if and .Values.page.enabled .Values.page.userHeader .Values.networkPolicy.enabled (not .Values.networkPolicy.pageFrom) }}
{{- fail "page.userHeader is believed, so nobody but your proxy may reach the page: say who it is in networkPolicy.pageFrom" }}
{{- end }}
{{- if and .Values.secret.keys (not .Values.secret.existing) }}
{{- fail "secret.keys names keys of a Secret: name that in secret.existing" }}
{{- end }}
{{- end }}

{{- /* Variables whose secrets a process gets: {root, name, kind}. Each gets what it needs only. */ -}}
{{- define "tocsin.secretVariables" -}}
{{- $wanted := list "TOCSIN_KAFKA_SASL_PASSWORD" "TOCSIN_KAFKA_KEY_PASSWORD" }}
{{- if eq .name "alert" }}{{ $wanted = concat $wanted (list "SLACK_BOT_TOKEN" "SLACK_APP_TOKEN") }}{{ end }}
{{- if eq .name "digest" }}{{ $wanted = append $wanted "SLACK_BOT_TOKEN" }}{{ end }}
{{- if eq .name "page" }}{{ $wanted = append $wanted "TOCSIN_PAGE_STORE" }}{{ end }}
{{- if eq (.kind | default "") "x" }}{{ $wanted = append $wanted "X_BEARER_TOKEN" }}{{ end }}
{{- if eq (.kind | default "") "mastodon" }}{{ $wanted = append $wanted "MASTODON_ACCESS_TOKEN" }}{{ end }}
{{- $given := dict }}
{{- range $variable, $key := .root.Values.secret.keys }}
{{- if has $variable $wanted }}{{ $_ := set $given $variable $key }}{{ end }}
{{- end }}
{{- toJson $given }}
{{- end }}

{{- define "tocsin.environment" -}}
{{- $v := .root.Values }}
{{- $env := dict
  "TOCSIN_KAFKA_BOOTSTRAP" (required "kafka.bootstrap: where is Kafka?" $v.kafka.bootstrap)
  "TOCSIN_PARTITIONS" (toString $v.partitions)
  "TOCSIN_REPLICATION" (toString $v.replication)
  "TOCSIN_KAFKA_SECURITY_PROTOCOL" $v.kafka.securityProtocol
  "TOCSIN_METRICS_HOST" "0.0.0.0"
  "TOCSIN_METRICS_PORT" "9100" }}
{{- with $v.kafka.topicPrefix }}{{ $_ := set $env "TOCSIN_TOPIC_PREFIX" . }}{{ end }}
{{- with $v.kafka.saslMechanism }}{{ $_ := set $env "TOCSIN_KAFKA_SASL_MECHANISM" . }}{{ end }}
{{- with $v.kafka.saslUsername }}{{ $_ := set $env "TOCSIN_KAFKA_SASL_USERNAME" . }}{{ end }}
{{- with $v.kafka.tls }}
{{- if .caKey }}{{ $_ := set $env "TOCSIN_KAFKA_CA_FILE" (printf "/etc/tocsin/kafka/%s" .caKey) }}{{ end }}
{{- if .certificateKey }}{{ $_ := set $env "TOCSIN_KAFKA_CERTIFICATE_FILE" (printf "/etc/tocsin/kafka/%s" .certificateKey) }}{{ end }}
{{- if .keyKey }}{{ $_ := set $env "TOCSIN_KAFKA_KEY_FILE" (printf "/etc/tocsin/kafka/%s" .keyKey) }}{{ end }}
{{- end }}
{{- range $variable, $_ := include "tocsin.secretVariables" . | fromJson }}
{{- $_ := set $env (printf "%s_FILE" $variable) (printf "/etc/tocsin/secrets/%s" $variable) }}
{{- end }}
{{- if .routes }}
{{- range $name, $_ := $v.routes.secretFiles }}
{{- $_ := set $env (printf "%s_FILE" $name) (printf "/etc/tocsin/receivers/%s" $name) }}
{{- end }}
{{- end }}
{{- if and (eq .name "worker") $v.library.existingConfigMap }}{{ $_ := set $env "TOCSIN_LIBRARY_DIR" "/etc/tocsin/library" }}{{ end }}
{{- if .spool }}{{ $_ := set $env "TOCSIN_SPOOL_DIR" "/var/lib/tocsin/spool" }}{{ end }}
{{- if eq .name "page" }}
{{- $_ := set $env "TOCSIN_PAGE_HOST" "0.0.0.0" }}
{{- $_ := set $env "TOCSIN_PAGE_PORT" "8080" }}
{{- with $v.page.url }}{{ $_ := set $env "TOCSIN_PAGE_URL" . }}{{ end }}
{{- with $v.page.userHeader }}{{ $_ := set $env "TOCSIN_PAGE_USER_HEADER" . }}{{ end }}
{{- end }}
{{- range $name, $value := mergeOverwrite $env (deepCopy $v.settings) (deepCopy (.own.env | default dict)) }}
- name: {{ $name }}
  value: {{ $value | toString | quote }}
{{- end }}
{{- end }}

{{- /*
The pod of a process. root; name: the process, as the label `service` of the rules has it; own: its
values; args: of `tocsin`; brands, routes: whether it reads these files; probes: whether it stays;
kind: of an ingest; spool: its claim; grace: seconds that it may take to stop.
*/ -}}
{{- define "tocsin.pod" -}}
{{- $v := .root.Values }}
{{- $secrets := include "tocsin.secretVariables" . | fromJson }}
metadata:
  labels:
    {{- include "tocsin.labels" . | nindent 4 }}
  {{- $notes := dict }}
  {{- if and .brands $v.brands.content }}{{ $_ := set $notes "checksum/brands" (sha256sum $v.brands.content) }}{{ end }}
  {{- if and .routes $v.routes.content }}{{ $_ := set $notes "checksum/routes" (sha256sum $v.routes.content) }}{{ end }}
  {{- with merge $notes (.own.podAnnotations | default dict) }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  automountServiceAccountToken: false
  enableServiceLinks: false  # they would be TOCSIN_… variables, which the settings refuse
  terminationGracePeriodSeconds: {{ .grace | default 30 }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile: {type: RuntimeDefault}
  {{- with $v.image.pullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- range $field := list "nodeSelector" "tolerations" "affinity" }}
  {{- with get $.own $field }}
  {{ $field }}:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- end }}
  {{- if eq .name "worker" }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "tocsin.selector" . | nindent 10 }}
  {{- end }}
  {{- if not .probes }}
  restartPolicy: Never
  {{- end }}
  containers:
    - name: tocsin
      image: {{ include "tocsin.image" .root | quote }}
      imagePullPolicy: {{ $v.image.pullPolicy }}
      args: {{ toJson .args }}
      env:
        {{- include "tocsin.environment" . | nindent 8 }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: {drop: [ALL]}
      resources:
        {{- toYaml (.own.resources | default $v.ingestResources) | nindent 8 }}
      {{- if .probes }}
      ports:
        - {name: metrics, containerPort: 9100}
        {{- if eq .name "page" }}
        - {name: page, containerPort: 8080}
        {{- end }}
      # A restart brings back neither Kafka nor X: what restarts asks /livez, never /healthz.
      startupProbe:
        httpGet: {path: /livez, port: metrics}
        periodSeconds: 3
        failureThreshold: 40
      livenessProbe:
        httpGet: {path: /livez, port: metrics}
        periodSeconds: 20
        timeoutSeconds: 5
        failureThreshold: 3
      readinessProbe:
        httpGet: {path: /healthz, port: metrics}
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 3
      {{- end }}
      volumeMounts:
        - {name: tmp, mountPath: /tmp}
        {{- if $secrets }}
        - {name: secrets, mountPath: /etc/tocsin/secrets, readOnly: true}
        {{- end }}
        {{- if $v.kafka.tls.existingSecret }}
        - {name: kafka-tls, mountPath: /etc/tocsin/kafka, readOnly: true}
        {{- end }}
        {{- if .brands }}
        - {name: brands, mountPath: /etc/tocsin/brands, readOnly: true}
        {{- end }}
        {{- if .routes }}
        - {name: routes, mountPath: /etc/tocsin/routes, readOnly: true}
        {{- if $v.routes.secretFiles }}
        - {name: receivers, mountPath: /etc/tocsin/receivers, readOnly: true}
        {{- end }}
        {{- end }}
        {{- if and (eq .name "worker") $v.library.existingConfigMap }}
        - {name: library, mountPath: /etc/tocsin/library, readOnly: true}
        {{- end }}
        {{- if .spool }}
        - {name: spool, mountPath: /var/lib/tocsin/spool}
        {{- end }}
  volumes:
    - name: tmp
      emptyDir: {sizeLimit: 64Mi}
    {{- if $secrets }}
    - name: secrets
      secret:
        secretName: {{ .own.existingSecret | default $v.secret.existing }}
        defaultMode: 0440
        items:
          {{- range $variable, $key := $secrets }}
          - {key: {{ $key }}, path: {{ $variable }}}
          {{- end }}
    {{- end }}
    {{- with $v.kafka.tls.existingSecret }}
    - name: kafka-tls
      secret: {secretName: {{ . }}, defaultMode: 0440}
    {{- end }}
    {{- if .brands }}
    - name: brands
      configMap: {name: {{ include "tocsin.brandsMap" .root }}}
    {{- end }}
    {{- if .routes }}
    - name: routes
      configMap: {name: {{ include "tocsin.routesMap" .root }}}
    {{- with $v.routes.secretFiles }}
    - name: receivers
      projected:
        defaultMode: 0440
        sources:
          {{- range $name, $from := . }}
          - secret: {name: {{ $from.secret }}, items: [{key: {{ $from.key }}, path: {{ $name }}}]}
          {{- end }}
    {{- end }}
    {{- end }}
    {{- if and (eq .name "worker") $v.library.existingConfigMap }}
    - name: library
      configMap: {name: {{ $v.library.existingConfigMap }}}
    {{- end }}
    {{- with .spool }}
    - name: spool
      persistentVolumeClaim: {claimName: {{ . }}}
    {{- end }}
{{- end }}

{{- /* A Deployment around that pod: also replicas (none where something else decides), strategy. */ -}}
{{- define "tocsin.deployment" -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "tocsin.fullname" .root }}-{{ .name }}
  labels:
    {{- include "tocsin.labels" . | nindent 4 }}
spec:
  {{- if not (kindIs "invalid" .replicas) }}
  replicas: {{ .replicas }}
  {{- end }}
  revisionHistoryLimit: 3
  strategy:
    {{- toYaml .strategy | nindent 4 }}
  selector:
    matchLabels:
      {{- include "tocsin.selector" . | nindent 6 }}
  template:
    {{- include "tocsin.pod" (merge (dict "probes" true) .) | nindent 4 }}
{{- end }}
