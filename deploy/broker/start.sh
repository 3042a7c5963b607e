#!/bin/sh
# Makes the broker's passwords from the environment, then becomes the broker.
set -eu
: "${MQTT_PASSWORD:?set it in .env}" "${MQTT_VEHICLES_PASSWORD:?set it in .env}"
umask 077
mosquitto_passwd -b -c /tmp/passwords surefoot "$MQTT_PASSWORD"
mosquitto_passwd -b /tmp/passwords vehicles "$MQTT_VEHICLES_PASSWORD"
unset MQTT_PASSWORD MQTT_VEHICLES_PASSWORD
exec mosquitto -c /mosquitto/config/mosquitto.conf
